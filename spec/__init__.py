"""What is claimed: definitions and claims, one module per topic. Pure data; everything here is read by `quod`, nothing is computed."""
