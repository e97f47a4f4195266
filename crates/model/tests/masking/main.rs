//! Plants secrets in every place one can sit and looks for them in the recorded exchange.

#[cfg(test)]
mod behaviour;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod marked;
#[cfg(test)]
mod places;
#[cfg(test)]
mod support;
