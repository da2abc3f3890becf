// The addon's exports of curve models; src/predict/native/curve-models.ts is the only caller and has validated.
#include "exports/curves.hpp"

#include "curves/lce.hpp"
#include "curves/point.hpp"
#include "job.hpp"
#include "marshal.hpp"

namespace foretell::exports {

namespace {

std::vector<curves::Family> families_of(const Napi::Value& value) {
  const auto list = value.As<Napi::Int32Array>();
  std::vector<curves::Family> out;
  for (std::size_t k = 0; k < list.ElementLength(); ++k) out.push_back(static_cast<curves::Family>(list[k]));
  return out;
}

// The names of the families, in the order of their numbers.
Napi::Value curve_families(const Napi::CallbackInfo& info) {
  auto out = Napi::Array::New(info.Env(), curves::family_count);
  for (std::uint32_t k = 0; k < out.Length(); ++k) out.Set(k, curves::shape_of(static_cast<curves::Family>(k)).name);
  return out;
}

// curveValue(family, parameters, x)
Napi::Value curve_value(const Napi::CallbackInfo& info) {
  const auto family = static_cast<curves::Family>(info[0].As<Napi::Number>().Int32Value());
  const double x = info[2].As<Napi::Number>().DoubleValue();
  return Napi::Number::New(info.Env(), curves::value(family, curves::prepared(family, marshal::doubles(info[1]).data()), curves::epoch_of(x)));
}

// extrapolatePoints(family, curves, horizon, out): curves.length = out.length * points.
void extrapolate_points(const Napi::CallbackInfo& info) {
  const auto family = static_cast<curves::Family>(info[0].As<Napi::Number>().Int32Value());
  curves::extrapolate_points(family, marshal::doubles(info[1]), info[2].As<Napi::Number>().DoubleValue(), marshal::doubles(info[3]));
}

// startLce({curve, horizon, families, walkers, samples, burnIn, thin, starts, seed})
Napi::Value start_lce(const Napi::CallbackInfo& info) {
  const auto o = info[0].As<Napi::Object>();
  curves::LceRequest request;
  request.y = marshal::copied(o.Get("curve"));
  request.horizon = marshal::number(o, "horizon");
  request.families = families_of(o.Get("families"));
  request.walkers = marshal::count(o, "walkers");
  request.samples = marshal::count(o, "samples");
  request.burn_in = marshal::count(o, "burnIn");
  request.thin = marshal::count(o, "thin");
  request.starts = marshal::count(o, "starts");
  request.seed = marshal::count(o, "seed");
  using LceJob = Job<curves::LceRequest, curves::LceResult>;
  return LceJob::start(info.Env(), std::move(request), curves::extrapolate, [](Napi::Env env, const curves::LceResult& result) {
    auto out = Napi::Object::New(env);
    out.Set("mean", result.mean);
    out.Set("ends", marshal::array_of(env, result.ends));
    out.Set("families", static_cast<double>(result.families));
    out.Set("accepted", result.accepted);
    return out;
  });
}

}  // namespace

void add_curves(Napi::Env env, Napi::Object exports) {
  exports.Set("curveFamilies", Napi::Function::New(env, curve_families));
  exports.Set("curveValue", Napi::Function::New(env, curve_value));
  exports.Set("extrapolatePoints", Napi::Function::New(env, extrapolate_points));
  exports.Set("startLce", Napi::Function::New(env, start_lce));
}

}  // namespace foretell::exports
