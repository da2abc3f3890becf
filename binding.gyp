{
  "targets": [
    {
      "target_name": "foretell",
      "sources": [ "<!@(node -p \"require('fs').readFileSync('native/sources.txt','utf8').trim().split(/\\s+/).map(f=>'native/'+f).join(' ')\")" ],
      "include_dirs": [ "<!(node -p \"require('node-addon-api').include_dir\")", "native" ],
      "defines": [ "NAPI_VERSION=8" ],
      "cflags_cc!": [ "-fno-exceptions", "-fno-rtti", "-std=gnu++17" ],
      "cflags_cc": [ "-std=c++20", "-O2", "-fexceptions", "-ffp-contract=off", "-Wno-psabi" ],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
        "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
        "OTHER_CPLUSPLUSFLAGS": [ "-ffp-contract=off", "-Wno-psabi" ]
      }
    }
  ]
}
