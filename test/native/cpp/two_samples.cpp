// Mann-Whitney and the bootstrap: symmetry, totals of the exact distribution, ties, seeds.
#include "stats/two_samples.hpp"

#include "check.hpp"

using namespace foretell::stats;

namespace {

TEST("two samples: swapping the samples turns the effect round", [] {
  const std::vector<double> a{1.5, 2.5, 2.5, 7.0, 9.0}, b{0.5, 2.5, 3.0, 4.0};
  const auto there = mann_whitney(a, b), back = mann_whitney(b, a);
  NEAR(there.u + back.u, 20.0, 0.0);
  NEAR(there.p, back.p, 1e-15);
  NEAR(there.delta, -back.delta, 1e-15);
});

TEST("two samples: samples apart have the least p", [] {
  // Two of the C(7, 3) = 35 arrangements are this extreme.
  const auto test = mann_whitney(std::vector<double>{1, 2, 3}, std::vector<double>{4, 5, 6, 7});
  CHECK(test.exact);
  NEAR(test.p, 2.0 / 35.0, 1e-15);
  NEAR(test.delta, -1.0, 0.0);
});

TEST("two samples: equal samples do not differ", [] {
  const std::vector<double> same(9, 3.25);
  const auto test = mann_whitney(same, same);
  NEAR(test.p, 1.0, 0.0);
  const auto interval = median_ratio(same, same, 100, 1);
  NEAR(interval.low, 1.0, 0.0);
  NEAR(interval.high, 1.0, 0.0);
});

TEST("two samples: the interval holds the ratio and follows the seed", [] {
  std::vector<double> a = check::gaussian(40, 1), b = check::gaussian(41, 2);
  for (double& v : a) v = 10.0 + v;
  for (double& v : b) v = 12.0 + v;
  const auto one = median_ratio(a, b, 500, 7), again = median_ratio(a, b, 500, 7), other = median_ratio(a, b, 500, 8);
  CHECK(one.low < one.ratio && one.ratio < one.high);
  NEAR(one.low, again.low, 0.0);
  CHECK(one.low != other.low || one.high != other.high);
});

}  // namespace
