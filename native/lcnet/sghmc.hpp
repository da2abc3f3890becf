// Stochastic gradient Hamiltonian Monte Carlo with a preconditioner that the burn-in finds.
//
// Problem: draw parameters from exp(-U) where only noisy gradients of U are to be had (Chen, Fox and Guestrin 2014; scale-adapted: Springenberg, Klein, Falkner and
// Hutter, NIPS 2016, equations 8 to 10). A step, with g the gradient's estimate, m = 1 / sqrt(v) and v the running mean of g^2:
//   momentum += -rate m g - decay momentum + Normal(0, 2 rate decay m - rate^2),  parameters += momentum.
// Averaging windows adapt themselves; v stands still after the burn-in. Not here: the gradient.
#pragma once

#include <span>
#include <vector>

#include "stats/draws.hpp"

namespace foretell::lcnet {

struct SghmcState {
  std::vector<double> parameters, momentum, square;  // square: v
};

struct SghmcSettings {
  double rate = 1e-3;
  double decay = 0.05;
};

class Sghmc {
 public:
  Sghmc(SghmcState state, SghmcSettings settings);

  void step(std::span<const double> gradient, bool burning_in, stats::Draws&);

  const SghmcState& state() const { return state_; }

 private:
  SghmcState state_;
  SghmcSettings settings_;
  std::vector<double> window_, average_;
};

}  // namespace foretell::lcnet
