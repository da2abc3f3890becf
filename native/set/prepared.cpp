#include "set/prepared.hpp"

namespace foretell::set {

Prepared prepare(const Request& request, std::size_t tau) {
  const Features& f = request.taus[tau];
  const std::size_t n = request.target.size();
  Prepared out;
  out.scaling = scaling_of(f.values, n, f.columns);
  out.z = standardised(f.values, n, out.scaling);
  if (request.kind == Kind::svr_rbf || request.kind == Kind::krr) out.pairs = svr::squared_distances(out.z);
  if (request.kind == Kind::svr_linear) out.pairs = svr::inner_products(out.z);
  out.diagonal = svr::kernel_diagonal(out.z, request.kind == Kind::svr_linear ? svr::Kernel::linear : svr::Kernel::rbf);
  return out;
}

Target prepare_target(const Request& request) {
  Target out;
  out.scaling = target_scaling_of(request.target);
  out.y = standardised(request.target, out.scaling);
  out.ascending = svr::ascending(out.y);
  return out;
}

const Rows& kernel_of(const Request& request, const Prepared& tau, double gamma, Rows& scratch) {
  if (request.kind == Kind::svr_linear) return tau.pairs;
  if (scratch.count != tau.pairs.count) scratch = Rows(tau.pairs.count, tau.pairs.count);
  svr::rbf_from_distances(tau.pairs, gamma, scratch);
  return scratch;
}

}  // namespace foretell::set
