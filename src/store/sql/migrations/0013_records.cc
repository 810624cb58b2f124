// Rows as records with numbered fields (base/record.h). Until then a row was its fields one after another, behind the
// version of that form. What this step knows of both forms is its own: it stays as it is when rows get more fields.
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/record.h"
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

using base::Decoder;
using base::RecordWriter;

constexpr uint32_t level = 1;

struct FlowForm {
  std::string tenant, name_space, id;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, FlowForm>& flow) {
  visit(1, flow.tenant);
  visit(2, flow.name_space);
  visit(3, flow.id);
}
FlowForm old_flow(Decoder& old) {
  FlowForm flow;
  flow.tenant = old.bytes();
  flow.name_space = old.bytes();
  flow.id = old.bytes();
  return flow;
}

struct LabelForm {
  std::string key, value;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, LabelForm>& label) {
  visit(1, label.key);
  visit(2, label.value);
}
std::vector<LabelForm> old_labels(Decoder& old) {
  std::vector<LabelForm> labels(old.count(2));
  for (LabelForm& label : labels) {
    label.key = old.bytes();
    label.value = old.bytes();
  }
  return labels;
}

struct StarterForm {
  std::string id, type;
  base::Value variables;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, StarterForm>& starter) {
  visit(1, starter.id);
  visit(2, starter.type);
  visit(3, starter.variables);
}

struct BackfillForm {
  base::Instant start, end, current;
  bool paused = false;
  base::Value inputs;
  std::vector<LabelForm> labels;
  std::optional<base::Instant> previous_next;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, BackfillForm>& backfill) {
  visit(1, backfill.start);
  visit(2, backfill.end);
  visit(3, backfill.current);
  visit(4, backfill.paused);
  visit(5, backfill.inputs);
  visit(6, backfill.labels);
  visit(7, backfill.previous_next);
}

struct PendingForm {
  uint8_t task = 0;
  base::Instant since;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, PendingForm>& pending) {
  visit(1, pending.task);
  visit(2, pending.since);
}

struct MetForm {
  std::string condition;
  base::Instant at;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, MetForm>& met) {
  visit(1, met.condition);
  visit(2, met.at);
}

struct ContributionForm {
  base::Id execution;
  base::Instant at;
  base::Value outputs;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, ContributionForm>& contribution) {
  visit(1, contribution.execution);
  visit(2, contribution.at);
  visit(3, contribution.outputs);
}

std::string old_text(Decoder& old) { return std::string(old.bytes()); }

void expect_version(Decoder& old, uint8_t version) {
  if (old.byte() != version) old.set_damaged();
}

void rewrite_trigger(Decoder& old, RecordWriter& out) {
  expect_version(old, 1);
  const uint64_t parts = old.varint();
  const auto has = [parts](int bit) { return (parts >> bit & 1) != 0; };
  out(1, old.byte());
  out(2, old.instant());
  out(3, old.fixed64());
  const std::pair<int, uint32_t> times[] = {{0, 4}, {1, 5}, {3, 6}, {4, 7}, {10, 8}};
  for (const auto& [bit, number] : times) {
    if (has(bit)) out(number, std::optional(old.instant()));
  }
  if (has(2)) out(9, old.id());
  if (has(5)) out(10, old_text(old));
  out(11, has(6));
  out(12, has(9));
  if (has(7)) {
    std::vector<uint8_t> states(old.count());
    for (uint8_t& state : states) state = old.byte();
    out(13, states);
  }
  if (has(8)) {
    BackfillForm backfill;
    backfill.start = old.instant();
    backfill.end = old.instant();
    backfill.current = old.instant();
    backfill.paused = old.boolean();
    backfill.inputs = old.value();
    backfill.labels = old_labels(old);
    if (old.boolean()) backfill.previous_next = old.instant();
    out(14, std::optional(backfill));
  }
  if (has(11)) {
    PendingForm pending;
    pending.task = old.byte();
    pending.since = old.instant();
    out(15, pending);
  }
  if (has(12)) out(16, old.id());
  if (has(13)) out(17, old.varint());
}

void rewrite_kill_switch(Decoder& old, RecordWriter& out) {
  expect_version(old, 1);
  for (uint32_t number = 1; number <= 5; ++number) out(number, old_text(old));
  std::vector<base::Id> executions(old.count(16));
  for (base::Id& id : executions) id = old.id();
  out(6, executions);
  out(7, old.instant());
  if (old.boolean()) out(8, std::optional(old.instant()));
  out(9, old.byte());
  out(10, old.boolean());
  out(11, old.boolean());
}

void rewrite_metric(Decoder& old, RecordWriter& out) {
  expect_version(old, 1);
  out(1, old_text(old));
  out(2, old.id());
  out(3, old.integer());
  out(4, old.byte());
  out(5, old_text(old));
  out(6, old.number());
  out(7, old.instant());
  out(8, old.value());
}

void rewrite_window(Decoder& old, RecordWriter& out) {
  expect_version(old, 1);
  std::vector<MetForm> met(old.count(2));
  for (MetForm& one : met) {
    one.condition = old.bytes();
    one.at = old.instant();
  }
  out(1, met);
  std::vector<ContributionForm> contributions(old.count(16));
  for (ContributionForm& one : contributions) {
    one.execution = old.id();
    one.at = old.instant();
    one.outputs = old.value();
  }
  out(2, contributions);
}

void rewrite_start_child(Decoder& old, RecordWriter& out, uint8_t version) {
  out(1, old.id());
  out(2, old_flow(old));
  out(3, old.integer());
  out(4, old.value());
  out(5, old_labels(old));
  out(6, old_labels(old));
  StarterForm starter;
  starter.id = old.bytes();
  starter.type = old.bytes();
  starter.variables = old.value();
  out(7, starter);
  if (old.boolean()) out(8, std::optional(old.instant()));
  out(9, old.boolean(), base::or_default(true));
  out(10, old_flow(old));
  out(11, old.id());
  out(12, old.id());
  out(13, version >= 2 ? old.varint() : uint64_t{1}, base::or_default(uint64_t{1}));
}

void rewrite_child_started(Decoder& old, RecordWriter& out, uint8_t version) {
  out(1, old.id());
  out(2, old.id());
  out(3, old.boolean());
  out(4, old_text(old));
  std::vector<std::string> undeclared(version >= 4 ? old.count() : 0);
  for (std::string& name : undeclared) name = old.bytes();
  out(5, undeclared);
}

void rewrite_child_ended(Decoder& old, RecordWriter& out, uint8_t version) {
  out(1, old.id());
  out(2, old.id());
  out(3, old.byte());
  out(4, old.value());
  out(5, old.integer());
  if (version >= 3) out(6, old_text(old));
}

void rewrite_restart(Decoder& old, RecordWriter& out) {
  out(1, old_flow(old));
  out(2, old.id());
  out(3, old.id());
}

void rewrite_flow_event(Decoder& old, RecordWriter& out) {
  out(1, old.id());
  out(2, old.id());
  out(3, std::optional(old_flow(old)));
  out(4, old.integer());
  out(5, old.instant());
  out(6, old.byte());
  out(7, old.instant());
  out(8, old_labels(old));
  out(9, old.value());
  out(10, old_text(old));
  out(11, old_text(old));
}

void rewrite_message(Decoder& old, RecordWriter& out, int64_t kind) {
  const uint8_t version = old.byte();
  if (version == 0 || version > 4) old.set_damaged();
  switch (kind) {
    case 1: return rewrite_start_child(old, out, version);
    case 2: return rewrite_child_started(old, out, version);
    case 3: return rewrite_child_ended(old, out, version);
    case 4: return out(1, old.boolean());
    case 5: return rewrite_restart(old, out);
    case 6: out(1, old.id()); return out(2, old.id());
    case 7: return out(1, old.id());
    case 8:
      for (uint32_t number = 1; number <= 3; ++number) out(number, old.id());
      return;
    case 9: return rewrite_flow_event(old, out);
    default: old.set_damaged();
  }
}

/// A value of an execution or a task run: here, or the position of a large one among the references of the record.
struct ValueForm {
  base::Value here;
  std::optional<uint64_t> elsewhere;
};
ValueForm old_value_form(Decoder& old, uint64_t references) {
  ValueForm value;
  const uint8_t form = old.byte();
  if (form == 0) {
    value.here = old.value();
  } else {
    value.elsewhere = old.varint();
    if (form != 1 || *value.elsewhere >= references) old.set_damaged();
  }
  return value;
}
void put(RecordWriter& out, uint32_t number, const ValueForm& value) {
  out(number, value.here);
  out(number, value.elsewhere);
}

struct RunStarterForm {
  std::string id, type, log_file;
  ValueForm variables;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, RunStarterForm>& starter) {
  visit(1, starter.id);
  visit(2, starter.type);
  put(visit, 3, starter.variables);
  visit(4, starter.log_file);
}

struct BreakpointForm {
  std::string task, value;
  bool has_value = false;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, BreakpointForm>& breakpoint) {
  visit(1, breakpoint.task);
  visit(2, breakpoint.value);
  visit(3, breakpoint.has_value);
}

struct AttemptForm {
  std::string history, worker, log_file;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, AttemptForm>& attempt) {
  visit(1, attempt.history);
  visit(2, attempt.worker);
  visit(3, attempt.log_file);
}

/// A history keeps its form; nothing for an empty one.
std::string old_history(Decoder& old) {
  constexpr uint8_t state_count = 17;
  const std::string_view begin = old.rest();
  const uint64_t head = old.varint();
  for (uint64_t i = 0; i < head >> 1 && old.ok(); ++i) {
    if (old.byte() >= state_count) old.set_damaged();
    if ((head & 1) != 0) {
      old.instant();
    } else {
      old.integer();
    }
  }
  return std::string(head >> 1 == 0 || !old.ok() ? "" : begin.substr(0, begin.size() - old.rest().size()));
}

/// The version and the references at the begin of a record; returns the number of references.
uint64_t rewrite_references(Decoder& old, RecordWriter& out) {
  constexpr size_t hash_size = 16;
  expect_version(old, 1);
  const uint64_t count = old.count(hash_size);
  out(1, std::string(old.take(count * hash_size)));
  return count;
}

void rewrite_execution(Decoder& old, RecordWriter& out) {
  const uint64_t references = rewrite_references(old, out);
  const uint64_t parts = old.varint();
  const auto has = [parts](int bit) { return (parts >> bit & 1) != 0; };
  if (parts >> 17 != 0) old.set_damaged();
  if (has(3)) out(2, old_labels(old));
  out(3, old.integer());
  out(4, old_history(old));
  for (int bit = 0; bit < 3; ++bit) {
    if (has(bit)) put(out, static_cast<uint32_t>(5 + bit), old_value_form(old, references));
  }
  if (has(4)) {
    RunStarterForm starter;
    starter.id = old.bytes();
    starter.type = old.bytes();
    starter.log_file = old.bytes();
    starter.variables = old_value_form(old, references);
    out(8, std::optional(starter));
  }
  if (has(5)) out(9, old.id());
  if (has(6)) out(10, std::optional(old.id()));
  if (has(7)) out(11, old.integer(), base::or_default(int64_t{1}));
  if (has(8)) out(12, std::optional(old.instant()));
  if (has(9)) out(13, std::optional(old.instant()));
  if (has(10)) out(14, old_text(old));
  if (has(11)) {
    std::vector<BreakpointForm> breakpoints(old.count(3));
    for (BreakpointForm& breakpoint : breakpoints) {
      breakpoint.task = old.bytes();
      breakpoint.has_value = old.boolean();
      breakpoint.value = old.bytes();
    }
    out(15, breakpoints);
  }
  if (has(12)) out(16, old.id());
  if (has(13)) out(17, old_text(old));
  if (has(14)) out(18, old.byte());
  if (has(15)) out(19, old_text(old));
  out(20, has(16));
}

void rewrite_task_run(Decoder& old, RecordWriter& out) {
  const uint64_t references = rewrite_references(old, out);
  const uint64_t parts = old.varint();
  const auto has = [parts](int bit) { return (parts >> bit & 1) != 0; };
  if (parts >> 9 != 0) old.set_damaged();
  out(2, old_text(old));
  out(3, old_history(old));
  if (has(0)) out(4, old.id());
  if (has(1)) out(5, std::optional(old_text(old)));
  if (has(2)) out(6, std::optional(old.integer()));
  if (has(3)) {
    std::vector<AttemptForm> attempts(old.count(3));
    for (AttemptForm& attempt : attempts) {
      attempt.history = old_history(old);
      attempt.worker = old.bytes();
      attempt.log_file = old.bytes();
    }
    out(7, attempts);
  }
  if (has(4)) put(out, 8, old_value_form(old, references));
  out(9, has(5));
  out(10, has(6));
  if (has(7)) out(11, old.varint());
  if (has(8)) out(12, old_text(old));
}

void rewrite_flow_labels(Decoder& old, RecordWriter& out) {
  if (old.at_end()) return;
  out(1, old_labels(old));
}

void rewrite_removal(Decoder& old, RecordWriter& out, bool limited) {
  out(1, old.id());
  out(2, old.id());
  out(3, old_text(old));
  const bool has_attempt = old.boolean();
  const int64_t attempt = old.integer();
  if (has_attempt) out(4, std::optional(attempt));
  out(5, old.byte());
  if (!limited) return;
  out(6, old.byte(), base::or_default(uint8_t{0x1F}));
  out(7, old.integer(), base::or_default(INT64_MIN));
  out(8, old.integer(), base::or_default(INT64_MAX));
}

/// A row of the journal is operations, not one record: each has its kind, a length and a record.
std::optional<std::string> rewrite_journal(std::string_view bytes, int64_t) {
  Decoder old(bytes);
  expect_version(old, 1);
  std::string row;
  while (old.ok() && !old.at_end()) {
    const uint8_t kind = old.byte();
    const bool limited = kind == 4;
    row.push_back(static_cast<char>(limited ? 3 : kind));
    base::append_sized(row, [&] {
      RecordWriter out(row, level);
      switch (kind) {
        case 1:
          out(1, old.id());
          out(2, old.id());
          out(3, old.integer());
          out(4, old.integer());
          out(5, old_text(old));
          out(6, old_text(old));
          break;
        case 2:
          out(1, old.integer());
          out(2, old.varint());
          out(3, old.integer());
          out(4, old.byte());
          out(5, old_text(old));
          out(6, old_text(old));
          break;
        case 3:
        case 4: rewrite_removal(old, out, limited); break;
        default: old.set_damaged();
      }
    });
  }
  if (!old.ok()) return std::nullopt;
  return row;
}

template <auto rewrite>
std::optional<std::string> new_record(std::string_view bytes, int64_t kind) {
  Decoder old(bytes);
  std::string record;
  RecordWriter out(record, level);
  if constexpr (std::is_invocable_v<decltype(rewrite), Decoder&, RecordWriter&, int64_t>) {
    rewrite(old, out, kind);
  } else {
    rewrite(old, out);
  }
  if (!old.ok() || !old.at_end()) return std::nullopt;
  return record;
}

constexpr RewrittenRows rewritten[] = {
    {"triggers", "record", "0", new_record<rewrite_trigger>},
    {"kill_switches", "record", "0", new_record<rewrite_kill_switch>},
    {"metrics", "record", "0", new_record<rewrite_metric>},
    {"windows", "record", "0", new_record<rewrite_window>},
    {"inbox", "payload", "kind", new_record<rewrite_message>},
    {"executions", "record", "0", new_record<rewrite_execution>},
    {"task_runs", "record", "0", new_record<rewrite_task_run>},
    {"flows", "labels", "0", new_record<rewrite_flow_labels>},
    {"log_journal", "record", "0", rewrite_journal},
};

// What serves a range of slots begins with the part of the slot (parts.h).
constexpr std::string_view part_indexes = R"sql(
DROP INDEX executions_open;
DROP INDEX executions_waking;
DROP INDEX triggers_waking;
CREATE INDEX executions_open ON executions(slot>>4, id, slot, activity, started) WHERE activity <> 0;
CREATE INDEX executions_waking ON executions(slot>>4, wake_at, slot, id) WHERE wake_at IS NOT NULL;
CREATE INDEX triggers_waking ON triggers(slot>>4, wake_at, flow, trigger_id, slot) WHERE wake_at IS NOT NULL;
)sql";

}  // namespace

const Step step_0013{13, "records", part_indexes, {}, rewritten};

}  // namespace gyr::store::migrations
