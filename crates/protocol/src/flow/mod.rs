//! The flow machine: what to send next, and what an outcome means for the flow.
