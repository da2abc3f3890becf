// LC-Net's network: a configuration in, a learning curve out.
//
// Problem: y(x, t) = asymptote(x) + sum_k w_k(x) basis_k(t; theta_k(x)) + noise(x). Three tanh layers of 64 units see the configuration x alone; linear heads on the third give
// theta (through a sigmoid), w (softmax), the asymptote (sigmoid) and the log-variance of the noise. t enters only the basis (lcnet/basis.hpp).
// All parameters are one array; rows are padded to whole vectors, padding stays 0. Not here: sampling (sghmc.hpp).
#pragma once

#include <span>
#include <vector>

#include "stats/draws.hpp"
#include "lcnet/basis.hpp"
#include "simd/aligned.hpp"

namespace foretell::lcnet {

inline constexpr std::size_t hidden = 64;
inline constexpr std::size_t layers = 3;
inline constexpr std::size_t outputs = basis_parameters + basis_count + 2;  // theta, w, asymptote, log-variance

struct Answer {
  double mean, log_variance;
};

class Network {
 public:
  explicit Network(std::size_t columns);

  std::size_t columns() const { return columns_; }
  std::size_t parameters() const { return total_; }

  // Weights of variance 1 / inputs, biases 0, the noise about e^-6 of the unit interval.
  std::vector<double> start(stats::Draws&) const;

  // x: `columns` values; t in (0, 1]. Keeps what `backward` needs.
  Answer forward(std::span<const double> parameters, std::span<const double> x, double t);

  // Adds the derivative of by_mean * mean + by_log_variance * log_variance at the last forward to `gradient`.
  void backward(std::span<const double> parameters, double by_mean, double by_log_variance, std::span<double> gradient);

 private:
  struct Layer {
    std::size_t inputs, stride, units, weights, biases;  // the last two are offsets
  };

  std::size_t columns_, total_ = 0;
  std::vector<Layer> shape_;
  std::vector<std::vector<double>> activations_;  // input, then a layer each; padded
  std::vector<double> errors_, lower_errors_;
  double head_[outputs]{};
  double theta_[basis_parameters]{}, weights_[basis_count]{}, values_[basis_count]{}, slopes_[basis_parameters]{}, asymptote_ = 0.0;
};

}  // namespace foretell::lcnet
