// The affine-invariant ensemble sampler (Goodman and Weare 2010, Comm. Appl. Math. Comp. Sci. 5:65), stretch moves over halves.
//
// Problem: draw from a density known up to a factor, whatever its scales and correlations. Each walker X of one half moves to Y = Z + s (X - Z), Z a random walker of
// the other half, s ~ 1/sqrt(s) on [1/2, 2], and is accepted with min(1, s^(d-1) p(Y) / p(X)). Not here: the density, convergence checks.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/draws.hpp"
#include "set/parallel.hpp"

namespace foretell::curves {

struct EnsembleSettings {
  std::size_t dimension = 0;
  std::size_t walkers = 0;  // even, at least 2 * dimension
  std::size_t samples = 0;
};

// positions: walkers x dimension, where they begin and where they end. density(const double*) gives ln p, -infinity outside.
// seen(sample, positions) is called after each sample. Ends early when cancelled. Returns the share of moves that were accepted.
template <class Density, class Seen>
double walk(const EnsembleSettings& s, std::span<double> positions, stats::Draws& draws, Progress& progress, Density density, Seen seen) {
  const std::size_t d = s.dimension, half = s.walkers / 2;
  std::vector<double> heights(s.walkers), proposal(d);
  for (std::size_t k = 0; k < s.walkers; ++k) heights[k] = density(positions.data() + k * d);
  std::uint64_t accepted = 0;
  for (std::size_t sample = 0; sample < s.samples; ++sample) {
    if (progress.cancelled.load(std::memory_order_relaxed)) break;
    for (std::size_t k = 0; k < s.walkers; ++k) {
      const std::size_t other = draws.index(half) + (k < half ? half : 0);
      const double root = draws.uniform() + 1.0, stretch = root * root / 2.0, luck = std::log(draws.uniform());
      double* x = positions.data() + k * d;
      const double* z = positions.data() + other * d;
      for (std::size_t i = 0; i < d; ++i) proposal[i] = z[i] + stretch * (x[i] - z[i]);
      const double height = density(proposal.data());
      if (!(luck < static_cast<double>(d - 1) * std::log(stretch) + height - heights[k])) continue;
      std::copy(proposal.begin(), proposal.end(), x);
      heights[k] = height;
      ++accepted;
    }
    seen(sample, std::span<const double>(positions));
    ++progress.done;
  }
  return static_cast<double>(accepted) / static_cast<double>(std::max<std::size_t>(1, s.samples * s.walkers));
}

}  // namespace foretell::curves
