// The same bodies for CPUs with AVX2. Only x86-64 has this file's content; elsewhere avx2_loops() is nullptr.
#include "simd/loops.hpp"

#if defined(__x86_64__) && defined(__GNUC__)

#pragma GCC push_options
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

namespace foretell::simd {
#include "simd/loops_body.hpp"
}  // namespace foretell::simd

#if defined(__clang__)
#pragma clang attribute pop
#endif
#pragma GCC pop_options

namespace foretell::simd {

const Loops* avx2_loops() {
  static constexpr Loops table{"avx2", update_and_lead, choose_partners, dot, squared_distance, cholesky, solve_cholesky, rotate, axpy, add_clamped, exp_negative};
  return __builtin_cpu_supports("avx2") ? &table : nullptr;
}

}  // namespace foretell::simd

#else

namespace foretell::simd {
const Loops* avx2_loops() { return nullptr; }
}  // namespace foretell::simd

#endif
