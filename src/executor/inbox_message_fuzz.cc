// Messages between executions: never a crash, and what is accepted can be written and read again with the same result.
// The first byte is the kind.
#include <cstdlib>

#include "executor/inbox_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::executor;
  if (size == 0) return 0;
  gyr::store::InboxMessage message;
  message.kind = data[0];
  message.payload.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto body = read_inbox_message(message);
  if (!body) return 0;
  const auto flow = std::make_shared<const gyr::model::FlowKey>();
  const auto written = make_inbox_message({}, flow, {}, *body);
  const auto again = read_inbox_message(written);
  if (!again || make_inbox_message({}, flow, {}, *again).payload != written.payload) std::abort();
  return 0;
}
