// What a guardian reads from the helper's socket: never a crash, and what is accepted is written again as it was.
#include <cstdlib>

#include "process/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::process;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (auto report = decode_report(input)) {
    auto again = decode_report(encode_report(*report));
    if (!again || again->value != report->value || again->header.id != report->header.id) std::abort();
  }
  if (auto request = decode_start_body(input)) {
    auto again = decode_start_body(encode_start_body(*request));
    if (!again || again->arguments != request->arguments || again->environment != request->environment) std::abort();
    if (again->cgroup != request->cgroup) std::abort();
    if (again->warm.has_value() != request->warm.has_value()) std::abort();
    if (request->warm && warm_key(*again) != warm_key(*request)) std::abort();
  }
  return 0;
}
