"""sgviz: what does StyleGAN's mapping network do to the sphere of latents?"""

__version__ = "0.1.0"
