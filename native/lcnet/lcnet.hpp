// LC-Net sampled (Klein et al., ICLR 2017): a chain over networks that is burnt in on recorded runs, and goes on with the observed points of the run to predict.
//
// Problem: the distribution of y(T) of a run given the curves of others and its own first points. U = sum of the points' Gaussian negative log-likelihoods + |parameters|^2 / 2;
// its gradient from 20 points of the recorded runs a step, scaled up, and the run's own points exactly (20 of them, scaled up, where there are more). Ours: one chain
// serves every run, which goes on from its end, instead of a chain from nothing a run: at the original's 51,000 steps that would be half a minute a run.
// The log-variance is held in [ln 1e-6, 0]. Not here: which columns a configuration has (src/predict/curves/lcnet.ts).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lcnet/sghmc.hpp"
#include "set/parallel.hpp"

namespace foretell::lcnet {

// Runs: x row-major, runs x columns, standardised; curves one after another, lengths a run; t = epoch / horizon.
struct Runs {
  std::size_t columns = 0;
  std::vector<double> x;
  std::vector<double> curves;
  std::vector<std::size_t> lengths;
  double horizon = 1.0;
};

struct FitRequest {
  Runs runs;
  std::size_t steps = 0, burn_in = 0, batch = 20;
  SghmcSettings settings;
  std::uint64_t seed = 0;
};

SghmcState fit(const FitRequest&, Progress&);

struct PredictRequest {
  Runs runs;
  SghmcState state;
  std::vector<double> x, curve;  // of the run to predict
  std::size_t steps = 0, settle = 0, keep_every = 0, batch = 20;
  SghmcSettings settings;
  std::uint64_t seed = 0;
};

struct Prediction {
  double mean = 0.0;
  std::vector<double> ends;  // ascending, with noise: draws_a_net a kept network
};

inline constexpr std::size_t draws_a_net = 20;

Prediction predict(const PredictRequest&, Progress&);

}  // namespace foretell::lcnet
