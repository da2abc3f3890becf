// The eleven families of learning curves of Domhan, Springenberg and Hutter (IJCAI 2015, table 1), in x = epoch, with derivatives.
//
//   vapor pressure   exp(a + b/x + c ln x)                pow3        c - a x^-al             log-log-linear  ln(a ln x + b)
//   Hill3            th x^eta / (ka^eta + x^eta)          log power   a / (1 + (x/e^b)^c)     pow4            c - (a x + b)^-al
//   MMF              al - (al - be) / (1 + (ka x)^de)     exp4        c - exp(-a x^al + b)    ilog2           c - a / ln(x + 1)
//   Janoschek        al - (al - be) exp(-ka x^de)         Weibull     al - (al - be) exp(-(ka x)^de)
//
// Parameters are in the order in which they are named in `parameter_names`. A power of a negative number is NaN: whoever fits or samples refuses what is not finite.
// Not here: fitting (least_squares.hpp), priors (lce.hpp).
#pragma once

#include <array>
#include <cstddef>

namespace foretell::curves {

enum class Family { vapor_pressure, pow3, log_log_linear, hill3, log_power, pow4, mmf, exp4, janoschek, weibull, ilog2 };

inline constexpr std::size_t family_count = 11;
inline constexpr std::size_t most_parameters = 4;

using Parameters = std::array<double, most_parameters>;

struct Shape {
  const char* name;
  const char* parameter_names;
  std::size_t parameters;
  Parameters start;  // where the authors begin to fit
};

const Shape& shape_of(Family);

// An epoch with the logarithms that the families need of it.
struct Epoch {
  double x, log_x, inverse_x, inverse_log_x1;
};

Epoch epoch_of(double x);

// The parameters with what does not depend on x worked out: ka becomes ln ka in Hill3, MMF and Weibull.
Parameters prepared(Family, const double* theta);

double value(Family, const Parameters& ready, const Epoch&);

// d value / d theta into `out` (as many as the family has parameters); returns the value.
double gradient(Family, const double* theta, const Epoch&, double* out);

}  // namespace foretell::curves
