"""An MLP-Mixer (Tolstikhin et al., 2021) small enough to read, which counts its operations while it computes.

The counting rules are those of `spec/mixer.py`. A table has one row per patch and one column per channel.
"""

from dataclasses import dataclass, field
from math import erf

import numpy as np

from quod import implements
from spec import mixer as spec

_erf = np.vectorize(erf, otypes=[float])


class Counter:
    """Arithmetic on arrays that counts its operations in `operations`."""

    def __init__(self):
        self.operations = 0

    def product(self, left, right):
        """The matrix product: one operation per multiply–add."""
        self.operations += left.shape[0] * left.shape[1] * right.shape[1]
        return left @ right

    def add(self, left, right):
        """The sum, right broadcast to left: one operation per entry of left."""
        self.operations += left.size
        return left + right

    def gelu(self, x):
        """x Φ(x), the Gaussian error linear unit: one operation per entry."""
        self.operations += x.size
        return x * (1 + _erf(x / np.sqrt(2.0))) / 2

    def normalise(self, x, epsilon=1e-6):
        """LayerNorm over the columns of each row, without scale and shift: one operation per entry."""
        self.operations += x.size
        centred = x - x.mean(axis=1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + epsilon)

    def average(self, x):
        """The mean row: one operation per entry."""
        self.operations += x.size
        return x.mean(axis=0, keepdims=True)


@dataclass
class Linear:
    """x ↦ xW + b on the rows of a table, with random weights."""

    inputs: int
    outputs: int
    random: np.random.Generator
    weights: np.ndarray = field(init=False)
    bias: np.ndarray = field(init=False)

    def __post_init__(self):
        self.weights = self.random.standard_normal((self.inputs, self.outputs)) / np.sqrt(self.inputs)
        self.bias = np.zeros(self.outputs)

    def __call__(self, x, count):
        return count.add(count.product(x, self.weights), self.bias)


@dataclass
class Perceptron:
    """Two linear maps with GELU between, from width numbers to as many, on each row of a table."""

    width: int
    hidden: int
    random: np.random.Generator

    def __post_init__(self):
        self.into = Linear(self.width, self.hidden, self.random)
        self.out_of = Linear(self.hidden, self.width, self.random)

    def __call__(self, x, count):
        return self.out_of(count.gelu(self.into(x, count)), count)


class Layer:
    """Token mixing on the columns, then channel mixing on the rows, each normalised before and added to its input."""

    def __init__(self, S, C, D_S, D_C, random):
        self.tokens = Perceptron(S, D_S, random)
        self.channels = Perceptron(C, D_C, random)

    def __call__(self, x, count):
        x = count.add(x, self.tokens(count.normalise(x).T, count).T)
        return count.add(x, self.channels(count.normalise(x), count))


class Mixer:
    """Project the patches to channels, mix in every layer, normalise, average over the patches, classify."""

    def __init__(self, S, pixels, C, D_S, D_C, depth, classes, seed=0):
        random = np.random.default_rng(seed)
        self.embed = Linear(pixels, C, random)
        self.layers = [Layer(S, C, D_S, D_C, random) for _ in range(depth)]
        self.classify = Linear(C, classes, random)

    def table(self, patches, count):
        """The S×C table after the last layer, from an S×pixels array of patches."""
        x = self.embed(patches, count)
        for layer in self.layers:
            x = layer(x, count)
        return x

    def __call__(self, patches, count):
        return self.classify(count.average(count.normalise(self.table(patches, count))), count)


def cut(image, patch):
    """The patches of a height×width×colours image, row by row, each flattened: an array of S rows."""
    height, width, colours = image.shape
    if height % patch or width % patch:
        raise ValueError(f"expected sides that are multiples of patch={patch}, got image.shape={image.shape}")
    grid = image.reshape(height // patch, patch, width // patch, patch, colours)
    return grid.swapaxes(1, 2).reshape(-1, patch * patch * colours)


@implements(spec.perceptron_cost)
def perceptron_cost(width, hidden):
    """The operations that a perceptron counts on one row."""
    count = Counter()
    Perceptron(int(width), int(hidden), np.random.default_rng(0))(np.zeros((1, int(width))), count)
    return count.operations


@implements(spec.layer_cost)
def layer_cost(S, C, D_S, D_C):
    """The operations that a Mixer layer counts on one table."""
    S, C, D_S, D_C = map(int, (S, C, D_S, D_C))
    count = Counter()
    Layer(S, C, D_S, D_C, np.random.default_rng(0))(np.zeros((S, C)), count)
    return count.operations


@implements(spec.mixer_cost)
def mixer_cost(S, pixels, C, D_S, D_C, depth, classes):
    """The operations that a Mixer counts on one image."""
    sizes = tuple(map(int, (S, pixels, C, D_S, D_C, depth, classes)))
    count = Counter()
    Mixer(*sizes)(np.zeros(sizes[:2]), count)
    return count.operations
