//! Tokens a second.
fn main() {
    divan::main();
}
