use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $word:literal $status:ident $title:literal;)*) => {
        /// What kind of problem it is. A code stays what it is for as long as `/api/v1` is.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        #[schema(as = ProblemCode)]
        pub(in crate::api) enum Code {
            $($(#[$doc])* $code,)*
        }

        impl Code {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$code),*];

            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $word,)* }
            }

            pub(super) const fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status,)* }
            }

            pub(super) const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)* }
            }
        }
    };
}

codes! {
    /// The body is larger than any that is needed.
    BodyTooLarge = "body-too-large" PAYLOAD_TOO_LARGE "The body is too large";
    /// It is in a state in which this cannot be done.
    Conflict = "conflict" CONFLICT "This does not go with how it is";
    /// The credentials are of a kind that is not taken here.
    CredentialsKind = "credentials-kind" UNAUTHORIZED "Credentials of another kind are needed";
    /// Credentials are needed.
    CredentialsMissing = "credentials-missing" UNAUTHORIZED "Credentials are needed";
    /// Several credentials came.
    CredentialsSeveral = "credentials-several" BAD_REQUEST "One credential is enough";
    /// The credentials are wrong.
    CredentialsWrong = "credentials-wrong" UNAUTHORIZED "The credentials are wrong";
    /// A browser sent it from a page of another site.
    ForeignRequest = "foreign-request" FORBIDDEN "Another site sent this";
    /// A browser sent it without the guard of its session.
    GuardWrong = "guard-wrong" FORBIDDEN "The session's guard is missing or wrong";
    /// A mistake of ours.
    Internal = "internal" INTERNAL_SERVER_ERROR "Something went wrong here";
    /// A value breaks a rule.
    InvalidValue = "invalid-value" UNPROCESSABLE_ENTITY "A value is not valid";
    /// The idempotency key is that of another request.
    KeyOfAnother = "key-of-another" UNPROCESSABLE_ENTITY "The key is that of another request";
    /// There would be more of it than there may be.
    LimitReached = "limit-reached" CONFLICT "There are enough already";
    /// The body cannot be read.
    MalformedBody = "malformed-body" BAD_REQUEST "The body cannot be read";
    /// The query cannot be read.
    MalformedQuery = "malformed-query" BAD_REQUEST "The query cannot be read";
    /// The body is not JSON.
    MediaType = "media-type" UNSUPPORTED_MEDIA_TYPE "The body has to be JSON";
    /// The address has no such method.
    MethodNotAllowed = "method-not-allowed" METHOD_NOT_ALLOWED "There is no such method here";
    /// The caller may not do it.
    NotAllowed = "not-allowed" FORBIDDEN "This is not allowed";
    /// It is not there, or the caller may not see it.
    NotFound = "not-found" NOT_FOUND "There is nothing here";
    /// Nobody knows how a request with this idempotency key ended.
    OutcomeUnknown = "outcome-unknown" CONFLICT "The outcome is not known";
    /// It is not as the sender saw it.
    PreconditionFailed = "precondition-failed" PRECONDITION_FAILED "It has changed";
    /// The session ended.
    SessionOver = "session-over" UNAUTHORIZED "The session is over";
    /// It was done before, and its answer with the secret is given once.
    ShownOnce = "shown-once" CONFLICT "It was done, and is shown once";
    /// The name is in use.
    Taken = "taken" CONFLICT "The name is taken";
    /// The application token is not for the REST interface.
    TokenNotForApi = "token-not-for-api" FORBIDDEN "The token is not for the API";
    /// Too many wrong credentials came from the address.
    TooManyFailures = "too-many-failures" TOO_MANY_REQUESTS "Too many wrong credentials";
    /// The caller sent too many requests.
    TooManyRequests = "too-many-requests" TOO_MANY_REQUESTS "Too many requests";
    /// What is needed for an answer is away for a moment.
    Unavailable = "unavailable" SERVICE_UNAVAILABLE "Not available at the moment";
    /// The first request with this idempotency key is being done.
    UnderWay = "under-way" CONFLICT "It is being done";
}

impl Code {
    /// Whether other credentials may help.
    ///
    /// Source: RFC 9110, section 15.5.2.
    pub(super) const fn is_challenge(self) -> bool {
        matches!(
            self,
            Self::CredentialsKind
                | Self::CredentialsMissing
                | Self::CredentialsWrong
                | Self::SessionOver
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_the_same_everywhere() {
        for code in Code::ALL {
            let written = serde_json::to_value(code).unwrap();
            assert_eq!(written, code.as_str());
            assert_eq!(code.is_challenge(), code.status() == StatusCode::UNAUTHORIZED);
        }
    }
}
