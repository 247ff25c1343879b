"""From the answers of the tables to a decision: one module for each part of it."""
