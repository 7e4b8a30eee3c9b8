"""Philox4x32-10 and the mixer's draws, written for reading (Salmon, Moraes, Dror and Shaw, SC 2011)."""

PERMUTATION, PROBABILITY = 0, 1
_WORD = 0xFFFFFFFF


def block(counter, key):
    """Four words from four and two."""
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second & _WORD, (first >> 32) ^ c[3] ^ k[1], first & _WORD]
        k = [(k[0] + 0x9E3779B9) & _WORD, (k[1] + 0xBB67AE85) & _WORD]
    return c


def draw(seed, step, rank, purpose, index):
    """64 bits."""
    words = block((index, step & _WORD, step >> 32, (purpose << 24) + rank), (seed & _WORD, seed >> 32))
    return words[0] << 32 | words[1]


def uniform(seed, step, rank, index=0):
    """Whether a batch (index 0) or an image is mixed: below p."""
    return (draw(seed, step, rank, PROBABILITY, index) >> 11) * 2.0 ** -53


def permutation(seed, step, rank, n):
    """A random pairing."""
    return sorted(range(n), key=lambda i: (draw(seed, step, rank, PERMUTATION, i), i))
