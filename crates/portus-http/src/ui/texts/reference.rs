//! The REST interface, to read.

use super::texts;

texts! {
    /// The REST interface, to read.
    Reference {
        body = "Body",
            "Inhalt";
        document = "The document for programs",
            "Das Dokument für Programme";
        kind = "Kind",
            "Art";
        lead = "What programs can do, with an application token that has the action “api”. It is described in English.",
            "Was Programme können, mit einem Anwendungstoken für die Aktion „api“. Beschrieben ist es auf Englisch.";
        parameters = "Parameters",
            "Parameter";
        required = "required",
            "nötig";
        shapes = "Shapes",
            "Gestalten";
        title = "REST interface",
            "REST-Schnittstelle";
    }
}
