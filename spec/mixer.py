"""The MLP-Mixer of Tolstikhin et al.: its dimensions and its cost.

An image is cut in patches of P×P pixels; each of the S patches becomes one row of C channels. Every Mixer layer takes and gives a table
of S rows and C columns: token mixing sends each column through a perceptron with D_S hidden units, channel mixing each row through one
with D_C. The cost counts one operation per multiply–add of a matrix product, per bias, per hidden activation, per number normalised,
per number added back to the input of its block, and per number averaged over the patches before the classifier.
"""

from quod import PositiveInteger, claim, definition, eq, iff, implies
from spec.sources import ift6135


@claim(source=ift6135("4a"))
def output_of_16_by_128_fixes_all_dimensions(
    patch: PositiveInteger, per_side: PositiveInteger, patches: PositiveInteger, channels: PositiveInteger
):
    """For a 64×64 image the output is 16×128 exactly if the patches are 16×16, there are 16 of them, and 128 channels."""
    cut = eq(patch * per_side, 64) & eq(patches, per_side**2)
    return implies(cut, iff(eq(patches, 16) & eq(channels, 128), eq(patch, 16) & eq(patches, 16) & eq(channels, 128)))


@definition
def perceptron_cost(width: PositiveInteger, hidden: PositiveInteger):
    """The cost of a perceptron from width numbers to as many, through one hidden layer: two products, two biases, one activation."""
    return 2 * width * hidden + 2 * hidden + width


@definition
def layer_cost(S: PositiveInteger, C: PositiveInteger, D_S: PositiveInteger, D_C: PositiveInteger):
    """The cost of a Mixer layer: a perceptron per column, one per row, and two normalisations and two additions of the whole table."""
    return C * perceptron_cost(S, D_S) + S * perceptron_cost(C, D_C) + 4 * S * C


@definition
def mixer_cost(
    S: PositiveInteger,
    pixels: PositiveInteger,
    C: PositiveInteger,
    D_S: PositiveInteger,
    D_C: PositiveInteger,
    depth: PositiveInteger,
    classes: PositiveInteger,
):
    """The cost T(S) of a Mixer: project S patches of that many numbers to C channels, apply the layers, normalise, average, classify."""
    return S * (pixels * C + C) + depth * layer_cost(S, C, D_S, D_C) + 2 * S * C + C * classes + classes


@claim(source=ift6135("4b"))
def cost_is_affine_in_the_number_of_patches(
    S: PositiveInteger,
    R: PositiveInteger,
    pixels: PositiveInteger,
    C: PositiveInteger,
    D_S: PositiveInteger,
    D_C: PositiveInteger,
    depth: PositiveInteger,
    classes: PositiveInteger,
):
    """With all widths and the depth fixed, one patch more costs the same whether it is added to S patches or to R."""
    return eq(
        mixer_cost(S + 1, pixels, C, D_S, D_C, depth, classes) - mixer_cost(S, pixels, C, D_S, D_C, depth, classes),
        mixer_cost(R + 1, pixels, C, D_S, D_C, depth, classes) - mixer_cost(R, pixels, C, D_S, D_C, depth, classes),
    )


@claim(source=ift6135("4b"))
def cost_is_quadratic_if_the_token_width_grows_with_the_patches(
    S: PositiveInteger,
    alpha: PositiveInteger,
    pixels: PositiveInteger,
    C: PositiveInteger,
    D_C: PositiveInteger,
    depth: PositiveInteger,
    classes: PositiveInteger,
):
    """If D_S = αS grows with the patches, the cost of one patch more itself grows by 4αC for each layer and patch."""

    def cost(patches):
        return mixer_cost(patches, pixels, C, alpha * patches, D_C, depth, classes)

    return eq((cost(S + 2) - cost(S + 1)) - (cost(S + 1) - cost(S)), 4 * alpha * C * depth)
