// Stored records of this module and what step 13 reads of the former ones: never a crash, and what is accepted can be
// written and read again with the same result. The first byte says which form.
#include <cstdlib>

#include "store/entities/dashboard.h"
#include "store/entities/kill_switch.h"
#include "store/entities/namespace.h"
#include "store/entities/reusable_inputs.h"
#include "store/entities/template.h"
#include "store/sql/log_cursor.h"
#include "store/sql/migrations/migrations.h"
#include "store/sql/record.h"
#include "store/sqlite/log_journal.h"

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

template <Entity T>
void check_entity(std::string_view record) {
  const auto row = base::read_record<T>(record);
  if (!row) return;
  const auto again = entity_of<T>(entity_row(*row));
  if (!again || entity_row(*again).record != entity_row(*row).record) std::abort();
}

void check_entities(std::string_view record) {
  check_entity<KillSwitchRow>(record);
  check_entity<NamespaceRow>(record);
  check_entity<DashboardRow>(record);
  check_entity<TemplateRow>(record);
  check_entity<ReusableInputsRow>(record);
}

void check_cursor(std::string_view text) {
  const auto cursor = parse_log_cursor(text);
  if (cursor && to_text(*cursor) != text) std::abort();
}

/// Any large value is this one.
const LargeValueSource large_value = [](const ContentHash&) {
  return base::Result<std::string>(base::encode_value(base::Value::string("large")));
};

base::Result<void> read_execution(std::string_view record, ExecutionRow& row) {
  return decode_execution(record, 1'700'000'000'000'000, large_value, row);
}

std::string written_execution(const ExecutionRow& row) {
  Record record;
  encode_execution(row, 1'700'000'000'000'000, nullptr, record);
  return record.bytes;
}

base::Result<void> read_task_run(std::string_view record, TaskRunRow& row) {
  return decode_task_run(record, large_value, row);
}

std::string written_task_run(const TaskRunRow& row) {
  Record record;
  encode_task_run(row, nullptr, record);
  return record.bytes;
}

void check_journal(std::string_view row) {
  sqlite::JournalReader reader(row);
  sqlite::JournalBuffer journal;
  while (reader.next()) {
    if (reader.kind() == sqlite::JournalReader::Kind::line) journal.add(1, reader.source(), reader.line());
    if (reader.kind() == sqlite::JournalReader::Kind::removal) journal.add(1, reader.removal());
  }
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
  switch (data[0] % 9) {
    case 0: check<TriggerRow>(record, decode_trigger, encode_trigger); break;
    case 1: check_entities(record); break;
    case 2: check<gyr::model::MetricEntry>(record, decode_metric, encode_metric); break;
    case 3: check_cursor(record); break;
    case 4: check<ExecutionRow>(record, read_execution, written_execution); break;
    case 5: check<TaskRunRow>(record, read_task_run, written_task_run); break;
    case 6: (void)decode_execution_labels(record), (void)references_of_record(record); break;
    case 7: check_journal(record); break;
    default: migrate(record, data[0] / 9 % 11); break;
  }
  return 0;
}
