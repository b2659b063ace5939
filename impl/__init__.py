"""What is computed: straightforward NumPy computations of the functions that `spec` defines, mirrored module by module."""
