// Stored records of this module and what step 13 reads of the former ones: never a crash, and what is accepted can be
// written and read again with the same result. The first byte says which form.
#include <cstdlib>

#include "store/log_cursor.h"
#include "store/migrations/migrations.h"
#include "store/record.h"

namespace gyr::store {
namespace {

template <class Row>
void check(std::string_view record, base::Result<void> (*decode)(std::string_view, Row&),
           std::string (*encode)(const Row&)) {
  Row row;
  if (!decode(record, row)) return;
  const std::string written = encode(row);
  Row again;
  if (!decode(written, again) || encode(again) != written) std::abort();
}

void check_cursor(std::string_view text) {
  const auto cursor = parse_log_cursor(text);
  if (cursor && to_text(*cursor) != text) std::abort();
}

void migrate(std::string_view record, int64_t kind) {
  for (const auto& step : migrations::steps()) {
    for (const auto& rows : step.rows) (void)rows.rewrite(record, kind);
  }
}

}  // namespace
}  // namespace gyr::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::store;
  if (size == 0) return 0;
  const std::string_view record(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0: check<TriggerRow>(record, decode_trigger, encode_trigger); break;
    case 1: check<KillSwitchRow>(record, decode_kill_switch, encode_kill_switch); break;
    case 2: check<gyr::model::MetricEntry>(record, decode_metric, encode_metric); break;
    case 3: check_cursor(record); break;
    default: migrate(record, data[0] / 5 % 11); break;
  }
  return 0;
}
