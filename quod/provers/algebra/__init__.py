"""Certificates that polynomial systems have no real solution, searched for by linear and semidefinite programming."""
