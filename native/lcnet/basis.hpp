// The five basis functions of LC-Net (Klein, Falkner, Springenberg and Hutter, ICLR 2017) in t in (0, 1], each 0 at t = 1, and their derivatives.
//
//   vapor pressure  exp(-a - b/(10 t) - c/10 ln t) - exp(-a - b/10)      power        a (t^b - 1)
//   log power       2a (1/(1 + e^(-cb/10)) - 1/(1 + (t/e^(b/10))^c))     exponential  a (e^(-10 b) - e^(-10 b t))
//   Hill3           a (1/((c/t)^b + 1) - 1/(c^b + 1))
// Parameters are in (0, 1): the factors of 10 are the scales of the originals. So the asymptote of the network is what it says at t = 1.
#pragma once

#include <array>
#include <cstddef>

namespace foretell::lcnet {

inline constexpr std::size_t basis_count = 5;
inline constexpr std::size_t basis_parameters = 13;  // 3 + 2 + 3 + 2 + 3
inline constexpr std::array<std::size_t, basis_count + 1> basis_begin{0, 3, 5, 8, 10, 13};

// theta and slopes: basis_parameters long; slopes[k] = derivative of the function that parameter k belongs to.
void basis(const double* theta, double t, double* values, double* slopes);

}  // namespace foretell::lcnet
