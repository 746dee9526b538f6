//! Work for the worker.

use portus_core::id::{JobId, RegistryId};
use portus_core::port::{Job, JobKind};
use tokio::task::JoinSet;

use crate::world::{World, at, digest, named};

pub async fn a_job_reads_back_and_waits_once(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let kinds = [
        describe(main, "qa/app", 'a'),
        describe(main, "qa/app", 'b'),
        describe(main, "qa/other", 'a'),
        describe(other, "qa/app", 'a'),
        JobKind::Adopt { registry: main, repository: "qa/app".parse().unwrap() },
        JobKind::Delete { registry: main, deletion: portus_core::id::DeletionId(7) },
        JobKind::Delete { registry: main, deletion: portus_core::id::DeletionId(8) },
        JobKind::FirstSync { registry: main },
        JobKind::FirstSync { registry: other },
        JobKind::Sync { registry: main },
    ];
    for _ in 0..2 {
        for kind in &kinds {
            enqueue(&world, kind, 1).await;
        }
    }
    assert_eq!(waiting(&world).await, kinds.len() as u64);
    let jobs = claim(&world, 1, 5, 10).await;
    assert!(jobs.iter().all(|job| job.tries == 0));
    assert_eq!(jobs.into_iter().map(|job| job.kind).collect::<Vec<_>>(), kinds);
}

pub async fn a_job_is_leased_to_one_worker_until_its_end(world: World) {
    let registry = world.registry("main").await;
    enqueue(&world, &describe(registry, "qa/app", 'a'), 5).await;
    assert!(claim(&world, 4, 20, 10).await.is_empty(), "it is not due");
    let job = claim(&world, 5, 20, 10).await.remove(0);
    assert!(claim(&world, 19, 30, 10).await.is_empty(), "it is leased");
    assert_eq!(waiting(&world).await, 1);
    assert_eq!(claim(&world, 20, 30, 10).await.first().map(|job| job.id), Some(job.id));

    finish(&world, &job).await;
    assert_eq!(waiting(&world).await, 0);
    assert!(claim(&world, 99, 100, 10).await.is_empty());
    finish(&world, &job).await;
    enqueue(&world, &job.kind, 50).await;
    assert_ne!(claim(&world, 50, 60, 10).await[0].id, job.id, "a new one");
}

pub async fn jobs_are_claimed_in_the_order_they_are_due(world: World) {
    let registry = world.registry("main").await;
    for (digit, second) in [('a', 9), ('b', 7), ('c', 7), ('d', 8), ('e', 11)] {
        enqueue(&world, &describe(registry, "qa/app", digit), second).await;
    }
    let mut order = Vec::new();
    loop {
        let jobs = claim(&world, 10, 99, 2).await;
        assert!(jobs.len() <= 2);
        if jobs.is_empty() {
            break;
        }
        order.extend(jobs.into_iter().map(|job| job.kind));
    }
    let expected = ['b', 'c', 'd', 'a'].map(|digit| describe(registry, "qa/app", digit));
    assert_eq!(order, expected);
}

pub async fn a_postponed_job_counts_its_failures(world: World) {
    let registry = world.registry("main").await;
    enqueue(&world, &describe(registry, "qa/app", 'a'), 1).await;
    for tries in 0..3 {
        let second = 10 * u64::from(tries) + 1;
        let job = claim(&world, second, second + 100, 10).await.remove(0);
        assert_eq!(job.tries, tries);
        world.write(async |tx| tx.jobs().postpone(job.id, "away", at(second + 10)).await).await;
        assert!(claim(&world, second + 9, 999, 10).await.is_empty());
    }
}

pub async fn a_job_is_held_for_longer_and_called_up_only_while_it_waits(world: World) {
    let registry = world.registry("main").await;
    enqueue(&world, &JobKind::Sync { registry }, 5).await;
    let hasten = async |job: JobId, second| {
        world.write(async |tx| tx.jobs().hasten(job, at(second)).await).await
    };
    assert!(!hasten(JobId(4711), 4).await);
    let job = claim(&world, 5, 10, 1).await.remove(0);
    world.write(async |tx| tx.jobs().hold(job.id, at(50)).await).await;
    assert!(!hasten(job.id, 20).await, "a worker has it");
    assert!(claim(&world, 49, 60, 1).await.is_empty());

    world.write(async |tx| tx.jobs().postpone(job.id, "away", at(90)).await).await;
    assert!(claim(&world, 30, 60, 1).await.is_empty());
    assert!(hasten(job.id, 30).await);
    assert!(hasten(job.id, 40).await, "it is due, and stays so");
    let again = claim(&world, 30, 60, 1).await.remove(0);
    assert_eq!((again.id, again.tries), (job.id, 1), "one that was held did not fail");
}

pub async fn a_job_asked_for_while_a_worker_has_it_is_done_once_more(world: World) {
    let registry = world.registry("main").await;
    let kind = JobKind::Sync { registry };
    let ask = async |second| {
        world.write(async |tx| tx.jobs().enqueue_anew(&kind, at(second)).await).await
    };
    ask(5).await;
    ask(6).await;
    let job = claim(&world, 5, 50, 9).await.remove(0);
    finish(&world, &job).await;
    assert_eq!(waiting(&world).await, 0, "asked for twice before it was begun, it is done once");

    ask(7).await;
    let job = claim(&world, 7, 50, 9).await.remove(0);
    ask(10).await;
    ask(12).await;
    assert_eq!(waiting(&world).await, 1);
    assert!(claim(&world, 49, 60, 9).await.is_empty(), "a worker has it");
    finish(&world, &job).await;
    assert!(claim(&world, 11, 60, 9).await.is_empty());
    let again = claim(&world, 12, 60, 9).await.remove(0);
    assert_eq!((&again.kind, again.tries), (&kind, 0));
    finish(&world, &again).await;
    assert_eq!(waiting(&world).await, 0, "once more, and no more");

    // Whoever has it failed: it is done again anyway. One that waits for its next try is due.
    ask(20).await;
    let job = claim(&world, 20, 50, 9).await.remove(0);
    ask(21).await;
    world.write(async |tx| tx.jobs().postpone(job.id, "away", at(90)).await).await;
    assert!(claim(&world, 30, 60, 9).await.is_empty());
    ask(31).await;
    let job = claim(&world, 31, 60, 9).await.remove(0);
    assert_eq!(job.tries, 1);
    finish(&world, &job).await;
    assert_eq!(waiting(&world).await, 0);

    // The worker that had it is gone: the next one begins after it was asked for.
    ask(100).await;
    claim(&world, 100, 110, 9).await;
    ask(105).await;
    let job = claim(&world, 110, 120, 9).await.remove(0);
    finish(&world, &job).await;
    assert_eq!(waiting(&world).await, 0);
}

pub async fn workers_at_once_never_get_the_same_job(world: World) {
    let registry = world.registry("main").await;
    for number in 0..24 {
        enqueue(&world, &describe(registry, &format!("qa/app-{number}"), 'a'), 1).await;
    }
    let mut workers = JoinSet::new();
    for _ in 0..6 {
        let world = world.clone();
        workers.spawn(async move {
            let mut got = Vec::new();
            loop {
                let jobs = claim(&world, 1, 100, 3).await;
                if jobs.is_empty() {
                    break got;
                }
                got.extend(jobs.into_iter().map(|job| job.id));
            }
        });
    }
    let mut got: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    got.extend(claim(&world, 1, 100, 100).await.into_iter().map(|job| job.id));
    let all = got.len();
    got.sort();
    got.dedup();
    assert_eq!((all, got.len()), (24, 24));
}

fn describe(registry: RegistryId, repository: &str, digit: char) -> JobKind {
    JobKind::Describe { registry, repository: named(repository), digest: digest(digit) }
}

async fn enqueue(world: &World, kind: &JobKind, second: u64) {
    world.write(async |tx| tx.jobs().enqueue(kind, at(second)).await).await;
}

async fn claim(world: &World, now: u64, lease: u64, limit: u32) -> Vec<Job> {
    world.write(async |tx| tx.jobs().claim(at(now), at(lease), limit).await).await
}

async fn finish(world: &World, job: &Job) {
    world.write(async |tx| tx.jobs().finish(job.id).await).await;
}

async fn waiting(world: &World) -> u64 {
    world.read(async |tx| tx.jobs().waiting().await).await
}
