//! What went wrong, and what to do.

use super::texts;

texts! {
    /// What went wrong, and what to do.
    Trouble {
        again_later = "Try again in a moment.",
            "Gleich noch einmal versuchen.";
        broken = "Something went wrong here",
            "Hier ist etwas schiefgegangen";
        broken_do = "Try again. If it stays, tell your admin this request’s number.",
            "Noch einmal versuchen. Wenn es bleibt, dem Admin die Nummer dieser Anfrage nennen.";
        form_stale = "This form is no longer good",
            "Dieses Formular gilt nicht mehr";
        form_stale_do = "It was open for too long, or you signed in or out meanwhile. Go back, load the page again and send it once more; nothing was changed.",
            "Es war zu lange offen, oder inzwischen gab es eine An- oder Abmeldung. Zurückgehen, die Seite neu laden und noch einmal absenden; geändert wurde nichts.";
        no_permission = "You may not do that",
            "Das ist nicht erlaubt";
        no_permission_do = "Ask someone who may; the page Access says who and why.",
            "Jemanden fragen, der es darf; die Seite Zugriff sagt, wer und warum.";
        not_found = "There is nothing here that you can see",
            "Hier ist nichts, das sichtbar wäre";
        not_found_do = "It may be gone, or you lack the right to see it: the answer is the same.",
            "Vielleicht ist es weg, vielleicht fehlt das Recht, es zu sehen: die Antwort ist dieselbe.";
        not_found_sign_in = "Sign in, if it is yours.",
            "Anmelden, falls es das eigene ist.";
        odd = "This cannot be read",
            "Das ist nicht zu lesen";
        odd_do = "The address or the form is not one that a page here makes. Go back and try again.",
            "Die Adresse oder das Formular stammt nicht von einer Seite hier. Zurückgehen und noch einmal versuchen.";
        too_many = "Too much at once",
            "Zu viel auf einmal";
        too_many_pages: fn(u64) -> String = |seconds| format!("More pages were asked for than anyone reads in a minute. Nothing was changed; go on in {seconds} s."),
            |seconds| format!("Es wurden mehr Seiten abgerufen, als jemand in einer Minute liest. Geändert wurde nichts; in {seconds} s geht es weiter.");
    }
}
