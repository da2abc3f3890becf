// The inner loops of the addon, compiled twice: once for the baseline CPU and once for AVX2, chosen at run time.
//
// Problem: a package built once runs on many CPUs, and a study must give the same verdicts on all of them.
// So every loop is written over vectors of four doubles with a fixed order of additions and without fused multiply-add
// (-ffp-contract=off): the two builds differ in speed and never in a bit. Not here: anything that allocates or branches on
// data sizes; callers pad rows to whole vectors (`padded`).
#pragma once

#include <cstddef>
#include <cstdint>

namespace foretell::simd {

inline constexpr std::size_t lanes = 4;
inline constexpr std::size_t alignment = 32;

constexpr std::size_t padded(std::size_t n) { return (n + lanes - 1) / lanes * lanes; }

// State of one nu-SVR dual (svr/smo.hpp says what the letters mean). Arrays hold `stride` entries; entries from n on are padding,
// whose masks are zero, so they are never selected.
struct Dual {
  std::size_t n;
  std::size_t stride;          // padded(n)
  const double* diagonal;      // K_tt
  double* gradient;            // (K beta)_t - y_t
  double* alpha;               // pushes the prediction up
  double* alpha_star;          // pushes it down
  std::int64_t* can_rise;      // all ones where alpha_t < C, else 0
  std::int64_t* can_fall;      // all ones where alpha_t > 0
  std::int64_t* star_can_rise;
  std::int64_t* star_can_fall;
  double c;
};

// Best partner of a fixed first index in one group: gain is b^2 / curvature, gap the largest b.
struct Partner {
  double gain;
  double gap;
  std::int64_t index;  // -1: none improves
};

struct Partners {
  Partner plain;
  Partner star;
};

// First indices: the most violating alpha (least gradient) and alpha* (largest gradient) that can rise; -1: none can.
struct Leaders {
  std::int64_t plain;
  std::int64_t star;
};

struct Loops {
  const char* name;
  // gradient += step * (row_i - row_j), then the leaders of the new gradient. step = 0 just selects.
  Leaders (*update_and_lead)(const Dual&, const double* row_i, const double* row_j, double step);
  // Partners of both leaders by the second-order rule; row_* are the leaders' kernel rows.
  Partners (*choose_partners)(const Dual&, Leaders, const double* row_plain, const double* row_star);
  // sum_t a_t b_t and sum_t (a_t - b_t)^2 over any length.
  double (*dot)(const double* a, const double* b, std::size_t length);
  double (*squared_distance)(const double* a, const double* b, std::size_t length);
  // A = U'U in place for a row-major matrix given by its upper triangle, padding finite; false where a pivot is not positive.
  bool (*cholesky)(double* a, std::size_t n, std::size_t stride);
  // U'U x = b in place.
  void (*solve_cholesky)(const double* u, std::size_t n, std::size_t stride, double* x);
  // (a, b) becomes (cosine a - sine b, sine a + cosine b) over a padded length.
  void (*rotate)(double* a, double* b, double cosine, double sine, std::size_t stride);
  // y += factor * x over a padded length.
  void (*axpy)(double* y, const double* x, double factor, std::size_t stride);
  // y_t += weight_t * clamp((x_t - minus_t - center) * inverse_scale, -cut, cut) over a padded length; minus = nullptr is 0.
  void (*add_clamped)(double* y, const double* x, const double* minus, double center, double inverse_scale, double cut, const double* weight, std::size_t stride);
  // out_t = exp(-gamma * d_t), d_t >= 0, relative error below 4e-16; 0 where gamma * d_t > 708.
  void (*exp_negative)(double* out, const double* d, double gamma, std::size_t stride);
};

const Loops& baseline_loops();
// nullptr where this build or this CPU has no AVX2.
const Loops* avx2_loops();
// The fastest that this CPU runs; decided once.
const Loops& loops();

}  // namespace foretell::simd
