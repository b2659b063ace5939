"""The MLP-Mixer of Tolstikhin et al.: its dimensions.

An image is cut in patches of P×P pixels, row by row; each patch becomes one row of C channels, so that every Mixer layer takes and
gives a table of S rows (patches) and C columns (channels).
"""

from quod import PositiveInteger, claim, eq, iff, implies
from spec.sources import ift6135


@claim(source=ift6135("4a"))
def output_of_16_by_128_fixes_all_dimensions(
    patch: PositiveInteger, per_side: PositiveInteger, patches: PositiveInteger, channels: PositiveInteger
):
    """For a 64×64 image the output is 16×128 exactly if the patches are 16×16, there are 16 of them, and 128 channels."""
    cut = eq(patch * per_side, 64) & eq(patches, per_side**2)
    return implies(cut, iff(eq(patches, 16) & eq(channels, 128), eq(patch, 16) & eq(patches, 16) & eq(channels, 128)))
