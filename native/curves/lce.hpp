// Learning curve extrapolation after Domhan, Springenberg and Hutter (IJCAI 2015): y_i = sum_k w_k f_k(x_i; theta_k) + Gaussian noise, sampled.
//
// Problem: the distribution of y(x_T) given y(1) .. y(tau) in 0..1. Posterior over all parameters of the families, noise sigma and weights w >= 0, normalised to sum 1
// where they are used. Prior: flat where f_k(2) <= f_k(x_T) and 0 <= f_k(x_T) <= 1, all finite. Log-likelihood of point i (0 .. n-1) times 10^(i/n).
// Ours: sigma is kept in [1e-4, 1]. With recency weights the posterior of the original grows without bound towards a curve that passes through every point at sigma = 0,
// and with one point it does not fall off towards large sigma either. Scores are not known finer than four digits.
// Start: each family by least squares, those outside the prior dropped, walkers in a ball of 1e-6 around the rest, weights 10, sigma the residuals' deviation. Sampled by
// ensemble.hpp, at least two walkers a dimension. Not here: metrics that are not in 0..1 (src/predict/curves/unit.ts), stopping.
#pragma once

#include <cstdint>
#include <vector>

#include "curves/family.hpp"
#include "set/parallel.hpp"

namespace foretell::curves {

struct LceRequest {
  std::vector<double> y;  // epochs 1 .. tau
  double horizon = 0.0;   // x_T
  std::vector<Family> families;
  std::size_t walkers = 100, samples = 2500, burn_in = 500, thin = 10;
  std::size_t starts = 1;  // of each family's least squares
  std::uint64_t seed = 0;
};

struct LceResult {
  double mean = 0.0;           // of the curves at x_T
  std::vector<double> ends;    // y(x_T) with noise, ascending: one a walker and kept sample; empty where no family fits within the prior
  std::size_t families = 0;    // that took part
  double accepted = 0.0;       // share of moves
};

LceResult extrapolate(const LceRequest&, Progress&);

}  // namespace foretell::curves
