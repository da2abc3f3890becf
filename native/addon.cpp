// The addon's exports. Each reads its arguments, calls one algorithm, and writes the answer; src/predict/native.ts is the only caller and has validated.
#include <napi.h>

#include "chain/chain.hpp"
#include "exports/curves.hpp"
#include "exports/lcnet.hpp"
#include "job.hpp"
#include "linear/least_squares.hpp"
#include "marshal.hpp"
#include "set/srm_set.hpp"
#include "simd/loops.hpp"
#include "stats/two_samples.hpp"
#include "svr/machine.hpp"

namespace {

using namespace foretell;

// {features: {values, columns}, target, standardise}
struct Training {
  Scaling scaling;
  TargetScaling target_scaling;
  Rows z;
  std::vector<double> y;
};

Training training_of(const Napi::Object& o) {
  const auto features = o.Get("features").As<Napi::Object>();
  const auto values = marshal::doubles(features.Get("values"));
  const auto target = marshal::doubles(o.Get("target"));
  const std::size_t columns = marshal::count(features, "columns");
  const bool standardise = marshal::flag(o, "standardise");
  Training t;
  t.scaling = standardise ? scaling_of(values, target.size(), columns) : identity_scaling(columns);
  if (standardise) t.target_scaling = target_scaling_of(target);
  t.z = standardised(values, target.size(), t.scaling);
  t.y = standardised(target, t.target_scaling);
  return t;
}

Napi::Value fit_svr(const Napi::CallbackInfo& info) {
  const auto o = info[0].As<Napi::Object>();
  const Training t = training_of(o);
  const auto draw = marshal::draw_of(o.Get("draw").As<Napi::Object>());
  const auto kernel = marshal::text(o, "kernel") == "linear" ? svr::Kernel::linear : svr::Kernel::rbf;
  const svr::Parameters parameters{draw.c, draw.nu, marshal::number(o, "tolerance") / t.target_scaling.scale};
  const auto machine = svr::fit(t.z, t.y, kernel, draw.gamma, parameters, t.scaling, t.target_scaling, nullptr);
  auto out = Napi::Object::New(info.Env());
  out.Set("model", marshal::object_of(info.Env(), machine.model));
  out.Set("objective", machine.outcome.objective);
  out.Set("epsilon", machine.outcome.epsilon * t.target_scaling.scale);
  out.Set("alpha", marshal::array_of(info.Env(), machine.alpha));
  out.Set("alphaStar", marshal::array_of(info.Env(), machine.alpha_star));
  out.Set("iterations", static_cast<double>(machine.outcome.iterations));
  out.Set("converged", machine.outcome.converged);
  return out;
}

Napi::Value fit_linear(const Napi::CallbackInfo& info) {
  set::Request request;
  const auto o = info[0].As<Napi::Object>();
  const auto features = o.Get("features").As<Napi::Object>();
  request.kind = set::Kind::ridge;
  request.target = marshal::copied(o.Get("target"));
  request.taus.push_back({marshal::copied(features.Get("values")), marshal::count(features, "columns")});
  request.draws.push_back({0.0, 0.0, 0.0, marshal::number(o, "lambda")});
  Progress progress;
  return marshal::object_of(info.Env(), set::run(request, progress).fits.front());
}

// predict(model, rows, out): rows.length = out.length * model.columns.
void predict_rows(const Napi::CallbackInfo& info) {
  predict(marshal::view_of(info[0].As<Napi::Object>()), marshal::doubles(info[1]), marshal::doubles(info[2]));
}

Napi::Value start_set(const Napi::CallbackInfo& info) {
  using SetJob = Job<set::Request, set::Result>;
  return SetJob::start(info.Env(), marshal::request_of(info[0].As<Napi::Object>()), set::run,
                       [](Napi::Env env, const set::Result& result) { return marshal::object_of(env, result); });
}

// compareSamples(a, b, resamples, seed)
Napi::Value compare_samples(const Napi::CallbackInfo& info) {
  const auto a = marshal::doubles(info[0]), b = marshal::doubles(info[1]);
  const auto test = stats::mann_whitney(a, b);
  const auto interval = stats::median_ratio(a, b, info[2].As<Napi::Number>().Uint32Value(), info[3].As<Napi::Number>().Uint32Value());
  auto out = Napi::Object::New(info.Env());
  out.Set("u", test.u);
  out.Set("p", test.p);
  out.Set("delta", test.delta);
  out.Set("exact", test.exact);
  out.Set("ratio", interval.ratio);
  out.Set("low", interval.low);
  out.Set("high", interval.high);
  return out;
}

// fitChain({scores, points, columns, columnCount}, {seed, particles, posterior}): a list of steps.
Napi::Value fit_chain(const Napi::CallbackInfo& info) {
  const auto walks = info[1].As<Napi::Object>();
  const auto steps = chain::fit(marshal::runs_of(info[0].As<Napi::Object>()));
  const auto drawn = chain::draw(steps, {static_cast<std::uint64_t>(marshal::count(walks, "seed")), marshal::count(walks, "particles"), marshal::number(walks, "posterior")});
  auto out = Napi::Array::New(info.Env(), steps.size());
  for (std::uint32_t k = 0; k < out.Length(); ++k) out.Set(k, marshal::object_of(info.Env(), drawn[k], steps[k].penalty));
  return out;
}

std::vector<chain::DrawnView> steps_of(const Napi::Value& value) {
  const auto list = value.As<Napi::Array>();
  std::vector<chain::DrawnView> steps;
  for (std::uint32_t k = 0; k < list.Length(); ++k) steps.push_back(marshal::drawn_of(list.Get(k).As<Napi::Object>()));
  return steps;
}

// predictChain(steps, runs, particles, out): out.length = runs * particles.
void predict_chain(const Napi::CallbackInfo& info) {
  const auto particles = static_cast<std::size_t>(info[2].As<Napi::Number>().Int64Value());
  chain::predict(steps_of(info[0]), marshal::runs_of(info[1].As<Napi::Object>()), particles, marshal::doubles(info[3]));
}

// belowChain(steps, runs, particles, bars, out): a bar and an answer a run.
void below_chain(const Napi::CallbackInfo& info) {
  const auto particles = static_cast<std::size_t>(info[2].As<Napi::Number>().Int64Value());
  chain::below(steps_of(info[0]), marshal::runs_of(info[1].As<Napi::Object>()), particles, marshal::doubles(info[3]), marshal::doubles(info[4]));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("simd", Napi::String::New(env, simd::loops().name));
  exports.Set("fitSvr", Napi::Function::New(env, fit_svr));
  exports.Set("fitLinear", Napi::Function::New(env, fit_linear));
  exports.Set("predict", Napi::Function::New(env, predict_rows));
  exports.Set("compareSamples", Napi::Function::New(env, compare_samples));
  exports.Set("fitChain", Napi::Function::New(env, fit_chain));
  exports.Set("predictChain", Napi::Function::New(env, predict_chain));
  exports.Set("belowChain", Napi::Function::New(env, below_chain));
  exports::add_curves(env, exports);
  exports::add_lcnet(env, exports);
  exports.Set("startSet", Napi::Function::New(env, start_set));
  return exports;
}

}  // namespace

NODE_API_MODULE(foretell, init)
