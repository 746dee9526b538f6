//! What people say of a repository: its description, stars and comments.

use portus_core::page::Slice;
use portus_core::port::SaidOf;
use portus_core::usecase::SeenRepository;
use portus_core::words::Comment;

use super::describe::Words;
use super::trouble::Trouble;
use super::visit::Visit;

/// What is said, and what the viewer may say.
pub(super) struct Remarks {
    pub(super) words: Words,
    pub(super) starred: bool,
    pub(super) may_remark: bool,
    pub(super) comments: Vec<Written>,
    pub(super) more_comments: Option<String>,
    /// What could not be kept as a comment.
    pub(super) unsaid: Option<String>,
}

/// A comment, as the page shows it.
pub(super) struct Written {
    pub(super) comment: Comment,
    pub(super) removable: bool,
    pub(super) editable: bool,
}

/// What someone wrote that could not be kept.
pub(super) enum Said {
    Comment(String),
    Description(String),
}

impl Remarks {
    /// From where the comments go on, and what could not be kept.
    pub(super) async fn of(
        visit: &Visit,
        seen: &SeenRepository,
        after: Option<String>,
        unkept: Option<Said>,
    ) -> Result<Self, Trouble> {
        let (survey, actor) = (&visit.shared.app.web.survey, visit.actor());
        let text = survey.description(SaidOf::Repository(seen.id)).await?;
        let mut words = Words::of(text, survey.may_describe(&actor, &seen.namespace));
        let comments = survey.comments(seen, &Slice { after, limit: COMMENTS }).await?;
        let shown = comments.rows.into_iter().map(|comment| Written {
            removable: survey.may_remove(&actor, &seen.namespace, &comment),
            editable: survey.may_edit(&actor, &comment),
            comment,
        });
        let unsaid = match unkept {
            Some(Said::Comment(text)) => Some(text),
            Some(Said::Description(text)) => {
                words.refuse(text);
                None
            }
            None => None,
        };
        Ok(Self {
            comments: shown.collect(),
            words,
            starred: survey.is_starred(&visit.caller, seen).await?,
            may_remark: survey.may_remark(&actor),
            more_comments: comments.next,
            unsaid,
        })
    }
}

/// How many comments a page shows.
const COMMENTS: u32 = 20;
