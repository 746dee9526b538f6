//! Everything that is measured, in order.

use std::fs;
use std::thread;
use std::time::Duration;

use portus_tests::world::{SERVICE, password};
use portus_tests::{Database, Token, TokenRequest, programs, wait};

use crate::arguments::Arguments;
use crate::asked::{Asked, Kind};
use crate::cold::Crowd;
use crate::cores::Cores;
use crate::limits::{self, Limits};
use crate::rounds::{CONNECTIONS, Memory, Row};
use crate::server::Server;
use crate::wrk::Load;

/// What was seen.
pub struct Measured<'a> {
    pub arguments: &'a Arguments,
    pub cores: &'a Cores,
    pub limits: Limits,
    pub rows: Vec<Row>,
    pub statements: Vec<Statements>,
    pub memory: Resident,
    /// Milliseconds from start to ready, on SQLite, the median.
    pub ready: f64,
    /// MiB.
    pub program: f64,
}

/// Queries a request, at the look-ups' pool.
pub struct Statements {
    pub database: Database,
    pub memory: Memory,
    pub kind: Kind,
    pub each: f64,
}

/// MiB in use, on SQLite.
pub struct Resident {
    pub idle: f64,
    pub tokens: u64,
    pub after_tokens: f64,
    /// When everything there is to remember was remembered, on each database.
    pub after_load: Vec<(Database, f64)>,
}

/// Measures it all.
pub fn everything<'a>(arguments: &'a Arguments, cores: &'a Cores) -> Measured<'a> {
    let (mut rows, mut statements) = (Vec::new(), Vec::new());
    let mut after_load = Vec::new();
    let mut sqlite = on(Database::Sqlite, arguments, cores, &mut rows, &mut statements);
    after_load.push((Database::Sqlite, sqlite.server.resident()));
    let reply = sqlite.warm(Kind::ApplicationToken).send(&sqlite.server.world.portus.url);
    let folder = sqlite.server.world.folder("limits");
    sqlite.server.stop();
    eprintln!("limits of the same core");
    let limits = limits::measure(arguments, cores, &folder, &reply);
    let ready = median_start(&mut sqlite.server, cores);
    let memory = sqlite.memory(arguments.tokens, cores);
    drop(sqlite);
    let postgres = on(Database::Postgres, arguments, cores, &mut rows, &mut statements);
    after_load.push((Database::Postgres, postgres.server.resident()));
    let program = fs::metadata(programs::ours("portus-server")).expect("the program").len();
    Measured {
        arguments,
        cores,
        limits,
        rows,
        statements,
        memory: Resident { after_load, ..memory },
        ready,
        program: program as f64 / f64::from(1 << 20),
    }
}

fn on<'a>(
    database: Database,
    arguments: &Arguments,
    cores: &'a Cores,
    rows: &mut Vec<Row>,
    statements: &mut Vec<Statements>,
) -> Subject<'a> {
    let subject = Subject::new(database, cores);
    for kind in Kind::ALL {
        rows.push(subject.warm_row(kind, arguments));
        statements.push(subject.statements(Memory::Warm, kind));
    }
    for kind in Kind::ALL {
        rows.push(subject.cold_row(kind, arguments));
        statements.push(subject.statements(Memory::Cold, kind));
    }
    subject
}

/// A server that is measured.
struct Subject<'a> {
    cores: &'a Cores,
    database: Database,
    server: Server,
    crowd: Crowd,
    refresh: String,
}

impl<'a> Subject<'a> {
    fn new(database: Database, cores: &'a Cores) -> Self {
        eprintln!("installing on {database:?}");
        let server = Server::install(database, cores);
        let crowd = Crowd::settle(&server.database_url());
        let world = &server.world;
        wait::until("the server knows of all that", || {
            let reply = world.asks("ci").scope("repository:crew/app:pull,push").get();
            // A whole crowd in one unit of work may keep it from confirming what it knows.
            reply.status == 200 && Token::of(&reply).on("crew/app") == "pull,push"
        });
        let asked = TokenRequest::to(&world.portus.url).service(SERVICE);
        let asked = asked.by("bob", &password("bob")).with("offline_token", "true");
        let refresh = asked.with("client_id", "bench").get().expect(200).json()["refresh_token"]
            .as_str()
            .expect("a refresh token")
            .to_owned();
        Self { cores, database, server, crowd, refresh }
    }

    fn warm(&self, kind: Kind) -> Asked {
        let scope = "repository:crew/app:pull,push";
        match kind {
            Kind::Anonymous => Asked::anonymous("repository:open/app:pull"),
            Kind::ApplicationToken => Asked::basic("ci", &self.server.world.ci, scope),
            Kind::Password => Asked::basic("bob", &password("bob"), scope),
            Kind::RefreshToken => Asked::refresh(&self.refresh, scope),
        }
    }

    fn warm_row(&self, kind: Kind, arguments: &Arguments) -> Row {
        let load = self.load(kind, "warm", &[self.warm(kind)]);
        self.row(Memory::Warm, kind, load, arguments)
    }

    fn cold_row(&self, kind: Kind, arguments: &Arguments) -> Row {
        let requests = self.crowd.asks(kind);
        // The one slow hash that all of them share.
        requests[0].send(&self.server.world.portus.url);
        let load = self.load(kind, "cold", &requests);
        self.crowd.forgetting(|| self.row(Memory::Cold, kind, load, arguments))
    }

    fn row(&self, memory: Memory, kind: Kind, load: Load, arguments: &Arguments) -> Row {
        let (seconds, server) = (arguments.seconds, self.server.id());
        let round = CONNECTIONS.map(|connections| load.send(connections, seconds, server));
        let awake = load.send_from_awake(seconds, server, self.cores);
        let row = Row { database: self.database, memory, kind, round, awake };
        let rates = row.round.map(|figures| figures.per_second);
        eprintln!("{row}: {rates:.0?}, awake {:.0}", row.awake.per_processor_second);
        row
    }

    /// Counts what single requests cost, while nothing else goes on.
    fn statements(&self, memory: Memory, kind: Kind) -> Statements {
        let requests = match memory {
            Memory::Cold => self.crowd.asks(kind).split_off(PASSED).into_iter().take(50).collect(),
            Memory::Warm => vec![self.warm(kind); 50],
        };
        let url = &self.server.world.portus.url;
        if memory == Memory::Cold {
            self.crowd.raise_epoch();
        }
        // Longer than it takes to learn of an epoch.
        thread::sleep(Duration::from_millis(1200));
        if memory == Memory::Warm {
            requests[0].send(url);
        }
        let before = self.server.statements();
        requests.iter().for_each(|request| drop(request.send(url)));
        let each = (self.server.statements() - before) / requests.len() as f64;
        Statements { database: self.database, memory, kind, each }
    }

    /// Its memory after a start, and after so many tokens.
    fn memory(&mut self, tokens: u64, cores: &Cores) -> Resident {
        self.server.start(cores);
        thread::sleep(Duration::from_secs(3));
        let idle = self.server.resident();
        let kind = Kind::ApplicationToken;
        let load = self.load(kind, "many", &[self.warm(kind)]);
        let mut made = 0;
        while made < tokens {
            made += load.send(64, 2, self.server.id()).requests;
        }
        let after_tokens = self.server.resident();
        Resident { idle, tokens: made, after_tokens, after_load: Vec::new() }
    }

    fn load(&self, kind: Kind, memory: &str, requests: &[Asked]) -> Load {
        let world = &self.server.world;
        let name = format!("{memory}-{}", kind.file());
        Load::new(&world.folder("wrk"), &name, &world.portus.url, requests)
    }
}

fn median_start(server: &mut Server, cores: &Cores) -> f64 {
    let mut starts: Vec<Duration> = (0..5)
        .map(|_| {
            let took = server.start(cores);
            server.stop();
            took
        })
        .collect();
    starts.sort_unstable();
    starts[2].as_secs_f64() * 1e3
}

/// Of the crowd, those who ask while statements are counted come after so many.
const PASSED: usize = 5000;
