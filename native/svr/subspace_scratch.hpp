// Memory of svr/subspace.hpp, kept between problems. Not here: what is done with it.
#pragma once

#include <cstdint>
#include <vector>

#include "simd/aligned.hpp"

namespace foretell::svr {

struct Subspace {
  simd::Doubles matrix, direction;
  std::vector<std::uint32_t> rows;
  std::vector<double> solved;  // three right-hand sides, one after another
  std::size_t plain = 0;       // the first `plain` of rows belong to alpha, the rest to alpha*
};

}  // namespace foretell::svr
