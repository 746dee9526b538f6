//! The client against registries: stand-ins that behave as each generation of distribution does,
//! ones that misbehave, and a real one.

#[cfg(test)]
mod calls;
#[cfg(test)]
mod certificate;
#[cfg(test)]
mod contents;
#[cfg(test)]
mod distribution;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod images;
#[cfg(test)]
mod jwt;
#[cfg(test)]
mod listings;
#[cfg(test)]
mod probes;
#[cfg(test)]
mod real;
#[cfg(test)]
mod redirects;
#[cfg(test)]
mod served;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod world;
