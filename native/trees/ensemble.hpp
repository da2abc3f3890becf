// Random forests and gradient-boosted trees, grown a tree at a time, so that one growth serves every number of trees on its way.
//
// Forest (Breiman 2001): each tree on a bootstrap sample of the training rows, grown to the end; the value is the mean of the trees. A row's out-of-bag error
// comes from the trees whose sample lacks it; a row that all samples hold (chance .63^trees) is judged by the mean of the other targets.
// Boosting (Friedman 2001, 2002): each tree of bounded depth on the residuals of a share of the rows drawn without replacement; the value is the mean target +
// shrinkage * (sum of the trees). Values of all rows of the table are kept up as trees are added, so held-out rows cost nothing more.
// Not here: choosing settings (set/ensemble_set.hpp).
#pragma once

#include "trees/grower.hpp"

namespace foretell::trees {

class Ensemble {
 public:
  virtual ~Ensemble() = default;
  // Appends the next tree to `out`.
  virtual void grow(Trees& out) = 0;
  // Of a row of the table, after the trees so far.
  virtual double value(std::size_t row) const = 0;
  virtual double bias() const = 0;
  // What the sum of the trees is multiplied by.
  virtual double weight() const = 0;
};

struct ForestSettings {
  std::size_t tried = 1;
  std::uint64_t seed = 0;
};

// `training`: rows to learn from; table, target and training are borrowed.
class Forest final : public Ensemble {
 public:
  Forest(const Table&, std::span<const double> target, std::span<const std::uint32_t> training, const ForestSettings&);
  void grow(Trees& out) override;
  double value(std::size_t row) const override { return sums_[row] * weight(); }
  double bias() const override { return 0.0; }
  double weight() const override { return count_ == 0 ? 0.0 : 1.0 / static_cast<double>(count_); }
  // y - prediction without the row, for a row of `training`.
  double out_of_bag_error(std::size_t row) const;

 private:
  const Table& table_;
  std::span<const double> target_;
  std::span<const std::uint32_t> training_;
  ForestSettings settings_;
  Grower grower_;
  std::vector<std::uint32_t> weights_;
  std::vector<double> sums_, out_of_bag_;
  std::vector<std::uint32_t> out_of_bag_count_;
  std::size_t count_ = 0;
};

struct BoostSettings {
  double shrinkage = 0.1;
  std::size_t depth = 3;
  double subsample = 1.0;
  std::uint64_t seed = 0;
};

class Boost final : public Ensemble {
 public:
  Boost(const Table&, std::span<const double> target, std::span<const std::uint32_t> training, const BoostSettings&);
  void grow(Trees& out) override;
  double value(std::size_t row) const override { return values_[row]; }
  double bias() const override { return bias_; }
  double weight() const override { return settings_.shrinkage; }

 private:
  const Table& table_;
  std::span<const double> target_;
  BoostSettings settings_;
  Grower grower_;
  std::vector<std::uint32_t> training_, weights_;
  std::vector<double> values_, residuals_;
  double bias_ = 0.0;
  std::size_t count_ = 0;
};

}  // namespace foretell::trees
