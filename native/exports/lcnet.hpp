// Adds LC-Net to the addon's exports.
#pragma once

#include <napi.h>

namespace foretell::exports {

void add_lcnet(Napi::Env env, Napi::Object exports);

}  // namespace foretell::exports
