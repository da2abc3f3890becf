// Seeded random numbers that are the same on every machine: std::mt19937_64 is fixed by the standard, its distributions are not.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace foretell::stats {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : engine_(seed) {}

  // In (0, 1): 53 bits and a half.
  double uniform() { return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1p-53; }
  std::size_t index(std::size_t count) { return static_cast<std::size_t>(uniform() * static_cast<double>(count)); }

  // Box and Muller, both of the pair.
  double normal() {
    if (kept_) {
      kept_ = false;
      return second_;
    }
    const double radius = std::sqrt(-2.0 * std::log(uniform())), angle = 2.0 * std::numbers::pi * uniform();
    second_ = radius * std::sin(angle);
    kept_ = true;
    return radius * std::cos(angle);
  }

 private:
  std::mt19937_64 engine_;
  double second_ = 0.0;
  bool kept_ = false;
};

}  // namespace foretell::stats
