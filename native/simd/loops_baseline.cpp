#include "simd/loops.hpp"

namespace foretell::simd {
#include "simd/loops_body.hpp"

const Loops& baseline_loops() {
  static constexpr Loops table{"baseline", update_and_lead, choose_partners, dot, squared_distance, cholesky, solve_cholesky, rotate, axpy, add_clamped, exp_negative};
  return table;
}

const Loops& loops() {
  static const Loops& chosen = avx2_loops() != nullptr ? *avx2_loops() : baseline_loops();
  return chosen;
}

}  // namespace foretell::simd
