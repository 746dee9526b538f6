use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Lets one writer in at a time, in the order they came. Needs no runtime.
#[derive(Default)]
pub(super) struct Turns(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    tickets: u64,
    holder: Option<u64>,
    waiting: VecDeque<(u64, Waker)>,
}

impl Turns {
    /// Waits for everyone who came before.
    pub(super) fn take(&self) -> Waiting {
        Waiting { queue: Arc::clone(&self.0), ticket: None }
    }
}

/// Someone in the queue; leaves it when dropped.
pub(super) struct Waiting {
    queue: Arc<Mutex<Queue>>,
    ticket: Option<u64>,
}

impl Future for Waiting {
    type Output = Turn;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Turn> {
        let shared = Arc::clone(&self.queue);
        let mut queue = lock(&shared);
        let ticket = *self.ticket.get_or_insert_with(|| queue.arrive());
        if queue.holder == Some(ticket) {
            drop(queue);
            self.ticket = None;
            return Poll::Ready(Turn { queue: shared, ticket });
        }
        queue.waiting.retain(|(other, _)| *other != ticket);
        let place = queue.waiting.partition_point(|(other, _)| *other < ticket);
        queue.waiting.insert(place, (ticket, context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            leave(&self.queue, ticket);
        }
    }
}

/// The right to write; the next in the queue gets it when this is dropped.
pub(super) struct Turn {
    queue: Arc<Mutex<Queue>>,
    ticket: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        leave(&self.queue, self.ticket);
    }
}

impl Queue {
    fn arrive(&mut self) -> u64 {
        self.tickets += 1;
        if self.holder.is_none() {
            self.holder = Some(self.tickets);
        }
        self.tickets
    }
}

fn leave(queue: &Mutex<Queue>, ticket: u64) {
    let mut queue = lock(queue);
    queue.waiting.retain(|(other, _)| *other != ticket);
    if queue.holder != Some(ticket) {
        return;
    }
    let next = queue.waiting.pop_front();
    queue.holder = next.as_ref().map(|(ticket, _)| *ticket);
    drop(queue);
    if let Some((_, waker)) = next {
        waker.wake();
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    fn poll(waiting: Pin<&mut Waiting>) -> Option<Turn> {
        match waiting.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    #[test]
    fn turns_are_given_in_the_order_of_arrival() {
        let turns = Turns::default();
        let (mut one, mut two, mut three) =
            (pin!(turns.take()), pin!(turns.take()), pin!(turns.take()));
        let first = poll(one.as_mut());
        assert!(first.is_some() && poll(two.as_mut()).is_none() && poll(three.as_mut()).is_none());

        drop(first);
        assert!(poll(three.as_mut()).is_none());
        let second = poll(two.as_mut());
        assert!(second.is_some() && poll(three.as_mut()).is_none());

        drop(second);
        assert!(poll(three.as_mut()).is_some());
    }

    #[test]
    fn who_stops_waiting_holds_up_nobody() {
        let turns = Turns::default();
        let first = poll(pin!(turns.take())).unwrap();
        let mut impatient = Box::pin(turns.take());
        let mut chosen = Box::pin(turns.take());
        let mut last = pin!(turns.take());
        assert!(poll(impatient.as_mut()).is_none() && poll(chosen.as_mut()).is_none());
        assert!(poll(last.as_mut()).is_none());

        drop(impatient);
        drop(first);
        drop(chosen); // it was its turn by now
        assert!(poll(last.as_mut()).is_some());
    }
}
