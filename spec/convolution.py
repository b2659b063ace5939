"""Convolution arithmetic: how many places a window has, and how many weights a layer has.

All quantities are integers, along one axis: input size i, kernel size k, stride s, zero padding p on each side, dilation d. The window
at position j ≥ 0 covers the padded input from j·s to j·s + d(k − 1); it fits if that last place is at most i + 2p − 1. The kernel
fits at all if i + 2p ≥ d(k − 1) + 1, which the claims assume.
"""

from quod import Natural, PositiveInteger, Sum, claim, definition, eq, iff, implies, piecewise
from spec.sources import dumoulin_visin, ift6135


@definition
def output_size(i: PositiveInteger, k: PositiveInteger, s: PositiveInteger, p: Natural, d: PositiveInteger):
    """The number of outputs along one axis."""
    return (i + 2 * p - d * (k - 1) - 1) // s + 1


def kernel_fits(i, k, p, d):
    """The dilated kernel is no longer than the padded input."""
    return i + 2 * p >= d * (k - 1) + 1


def window_fits(i, k, s, p, d, j):
    """The window at position j ends inside the padded input."""
    return j * s + d * (k - 1) <= i + 2 * p - 1


@claim(source=dumoulin_visin("dilated convolutions"))
def windows_fit_exactly_below_the_output_size(
    i: PositiveInteger, k: PositiveInteger, s: PositiveInteger, p: Natural, d: PositiveInteger, j: Natural
):
    """The window at position j fits exactly if j is less than the output size."""
    return implies(kernel_fits(i, k, p, d), iff(window_fits(i, k, s, p, d, j), j < output_size(i, k, s, p, d)))


@claim(source=dumoulin_visin("dilated convolutions"))
def output_size_counts_the_windows(i: PositiveInteger, k: PositiveInteger, s: PositiveInteger, p: Natural, d: PositiveInteger):
    """The output size is the number of positions, among the i + 2p that could be, at which the window fits."""
    return implies(
        kernel_fits(i, k, p, d),
        eq(output_size(i, k, s, p, d), Sum(lambda j: piecewise((1, window_fits(i, k, s, p, d, j)), otherwise=0), i + 2 * p)),
    )


@claim(source=dumoulin_visin("dilated convolutions"))
def no_window_fits_beyond_the_padded_input(
    i: PositiveInteger, k: PositiveInteger, s: PositiveInteger, p: Natural, d: PositiveInteger, j: Natural
):
    """A window that fits stands at a position less than i + 2p."""
    return implies(window_fits(i, k, s, p, d, j), j < i + 2 * p)


@claim(source=dumoulin_visin("dilated convolutions"))
def output_size_is_positive(i: PositiveInteger, k: PositiveInteger, s: PositiveInteger, p: Natural, d: PositiveInteger):
    """A kernel that fits has at least one output."""
    return implies(kernel_fits(i, k, p, d), output_size(i, k, s, p, d) >= 1)


@claim(source=ift6135("3a"))
def first_convolution_gives_65():
    """128 pixels, kernel 8, stride 2, padding 4: 65 outputs."""
    return eq(output_size(128, 8, 2, 4, 1), 65)


@claim(source=ift6135("3a"))
def pooling_gives_32():
    """65 places in non-overlapping pairs: 32 outputs."""
    return eq(output_size(65, 2, 2, 0, 1), 32)


@claim(source=ift6135("3a"))
def second_convolution_gives_17():
    """32 places, kernel 4, stride 2, padding 2: 17 outputs."""
    return eq(output_size(32, 4, 2, 2, 1), 17)


@definition
def network_side():
    """The side of the image after the three layers of the assignment: 8×8 convolution, 2×2 pooling, 4×4 convolution."""
    return output_size(output_size(output_size(128, 8, 2, 4, 1), 2, 2, 0, 1), 4, 2, 2, 1)


@claim(source=ift6135("3a"))
def network_output_has_36992_values():
    """Three layers take 128×128×3 to 128 channels of 17×17: 36 992 values."""
    return eq(network_side(), 17) & eq(128 * network_side() ** 2, 36992)


@definition
def weights(inputs: PositiveInteger, outputs: PositiveInteger, k: PositiveInteger):
    """The weights of a convolution of k×k kernels between channels, without biases."""
    return outputs * inputs * k * k


@claim(source=ift6135("3b"))
def last_layer_has_131072_weights():
    """128 kernels of 4×4 over 64 channels have 131 072 weights."""
    return eq(weights(64, 128, 4), 131072)
