//! What the outside sees of this crate.

#[cfg(test)]
mod confusion;
#[cfg(test)]
mod installation;
#[cfg(test)]
mod master_key;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod vault;
