"""Where the statements come from. `source("place")` names a place in a source."""

from quod import Source

ift6135 = Source("IFT6135 Representation Learning, Winter 2023, assignment 1 (theory)")
hardy_littlewood_polya = Source("Hardy, Littlewood, Pólya: Inequalities, 2nd edition, 1952")
cover_thomas = Source("Cover, Thomas: Elements of Information Theory, 2nd edition, 2006")
nesterov = Source("Nesterov: Introductory Lectures on Convex Optimization, 2004")
polyak = Source("Polyak: Gradient methods for the minimisation of functionals, 1963")
karimi = Source(
    "Karimi, Nutini, Schmidt: Linear convergence of gradient and proximal-gradient methods under the Polyak–Łojasiewicz condition, 2016"
)
abbaszadehpeivasti = Source(
    "Abbaszadehpeivasti, de Klerk, Zamani: The exact worst-case convergence rate of the gradient method with fixed step lengths "
    "for L-smooth functions, Optimization Letters, 2022"
)
dumoulin_visin = Source("Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016")
tolstikhin = Source("Tolstikhin et al.: MLP-Mixer: An all-MLP architecture for vision, 2021")
goodfellow = Source("Goodfellow, Bengio, Courville: Deep Learning, 2016")
lin = Source("Lin: Divergence measures based on the Shannon entropy, IEEE Transactions on Information Theory 37, 1991")
calculus = Source("elementary calculus")
