// The states of triggers.
#include <algorithm>

#include "store/sql/parts.h"
#include "store/sql/record.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {
namespace {

constexpr std::string_view sortable_trigger_fields[] = {
    "id",          "triggerId",         "flowId",    "namespace",         "date",
    "evaluatedAt", "updatedDate",       "updatedAt", "nextExecutionDate", "nextEvaluationDate",
    "executionId", "lastTriggeredDate",
};
enum TriggerField : size_t {
  by_trigger,
  by_trigger_id,
  by_flow,
  by_trigger_namespace,
  by_date,
  by_evaluated_at,
  by_updated_date,
  by_updated_at,
  by_next_execution,
  by_next_evaluation,
  by_execution,
  by_last_triggered,
};

/// The columns that select a page; the record is only read for the triggers of the page.
struct ListedTrigger {
  size_t place = 0;  // in the default order
  int64_t flow = 0;
  std::string namespace_, flow_id, trigger_id;
  std::optional<int64_t> next, evaluated, triggered;
  int64_t updated = 0;
  base::Id execution;
};

std::strong_ordering compare(const ListedTrigger& a, const ListedTrigger& b, size_t field) {
  switch (static_cast<TriggerField>(field)) {
    case by_trigger:
    case by_trigger_id: return a.trigger_id <=> b.trigger_id;
    case by_flow: return a.flow_id <=> b.flow_id;
    case by_trigger_namespace: return a.namespace_ <=> b.namespace_;
    case by_date:
    case by_evaluated_at: return a.evaluated <=> b.evaluated;
    case by_updated_date:
    case by_updated_at: return a.updated <=> b.updated;
    case by_next_execution:
    case by_next_evaluation: return a.next <=> b.next;
    case by_execution: return a.execution <=> b.execution;
    case by_last_triggered: return a.triggered <=> b.triggered;
  }
  return std::strong_ordering::equal;
}

/// A trigger without the date is in no range.
bool is_in(const TimeRange& range, const std::optional<int64_t>& date) {
  return range.is_everything() || (date && range.contains(*date));
}

/// What conditions on triggers look at.
struct TriggerFacts {
  std::string_view namespace_, flow, trigger, worker;
  bool disabled = false, locked = false;
  std::optional<int64_t> next, triggered;
};

/// Conditions of a query, compiled.
struct Wanted {
  ScopeFilter scope;
  TextMatcher triggers, workers;
  PieceConditions texts;
  TimeRange next, triggered;
  const TriggerQuery& query;
  std::vector<Wanted> any_of;

  static base::Result<Wanted> compile(const TriggerQuery& query) {
    GYR_TRY(auto scope, compile_scope(query));
    Wanted wanted{.scope = std::move(scope),
                  .triggers = {},
                  .workers = {},
                  .texts = {},
                  .next = {},
                  .triggered = {},
                  .query = query,
                  .any_of = {}};
    GYR_TRY(wanted.triggers, TextMatcher::compile(query.trigger_ids, "triggerId"));
    GYR_TRY(wanted.workers, TextMatcher::compile(query.worker_ids, "workerId"));
    GYR_TRY(wanted.texts, PieceConditions::compile(query.text, query.not_texts));
    GYR_TRY(wanted.next, TimeRange::compile(query.next, "nextExecutionDate"));
    GYR_TRY(wanted.triggered, TimeRange::compile(query.triggered, "lastTriggeredDate"));
    for (const TriggerQuery& alternative : query.any_of) {
      GYR_TRY(auto one, compile(alternative));
      wanted.any_of.push_back(std::move(one));
    }
    return wanted;
  }
  bool asks_for_triggered() const {
    return !triggered.is_everything() ||
           std::ranges::any_of(any_of, [](const Wanted& one) { return one.asks_for_triggered(); });
  }
  /// All conditions but those on dates.
  bool accepts_names(const TriggerFacts& of) const {
    if (query.disabled.value_or(of.disabled) != of.disabled || query.locked.value_or(of.locked) != of.locked)
      return false;
    if (!scope.namespaces.matches(of.namespace_) || !scope.flow_ids.matches(of.flow) || !triggers.matches(of.trigger) ||
        !workers.matches(of.worker)) {
      return false;
    }
    return texts.hold([&of](const PieceMatcher& piece) {
      return piece.in(of.trigger) || piece.in(of.flow) || piece.in(of.namespace_);
    });
  }
  bool accepts(const TriggerFacts& of) const {
    if (!accepts_names(of) || !is_in(next, of.next) || !is_in(triggered, of.triggered)) return false;
    return any_of.empty() || std::ranges::any_of(any_of, [&of](const Wanted& one) { return one.accepts(of); });
  }
};

std::array<std::string_view, 3> as_views(const std::array<std::string, 3>& texts) {
  return {texts[0], texts[1], texts[2]};
}

}  // namespace

base::Result<std::optional<TriggerRow>> SqliteReader::trigger(const model::FlowKey& flow, std::string_view trigger_id) {
  return ask([&]() -> base::Result<std::optional<TriggerRow>> {
    Query row = main_->query(
        "SELECT t.flow, t.record FROM owners o JOIN triggers t ON t.flow=o.number "
        "WHERE o.tenant=? AND o.kind=2 AND o.namespace=? AND o.flow=? AND t.trigger_id=?");
    row.bind(flow.tenant, flow.namespace_, flow.id, trigger_id);
    if (!row.next()) {
      GYR_CHECK(row.finish());
      return std::nullopt;
    }
    TriggerRow found;
    GYR_TRY(found.flow, names_.key(row.integer(0)));
    found.trigger_id = trigger_id;
    GYR_CHECK(decode_trigger(row.blob(1), found));
    return found;
  });
}

base::Result<std::vector<TriggerRow>> SqliteReader::triggers_of(const model::FlowKey& flow) {
  return ask([&]() -> base::Result<std::vector<TriggerRow>> {
    Query rows = main_->query(
        "SELECT t.flow, t.trigger_id, t.record FROM owners o JOIN triggers t ON t.flow=o.number "
        "WHERE o.tenant=? AND o.kind=2 AND o.namespace=? AND o.flow=? ORDER BY t.trigger_id");
    rows.bind(flow.tenant, flow.namespace_, flow.id);
    std::vector<TriggerRow> found;
    while (rows.next()) {
      TriggerRow& row = found.emplace_back();
      GYR_TRY(row.flow, names_.key(rows.integer(0)));
      row.trigger_id = rows.text(1);
      GYR_CHECK(decode_trigger(rows.blob(2), row));
    }
    GYR_CHECK(rows.finish());
    return found;
  });
}

base::Result<Page<TriggerRow>> SqliteReader::search_triggers(const TriggerQuery& query) {
  return ask([&]() -> base::Result<Page<TriggerRow>> {
    GYR_TRY(uint64_t offset, offset_of(query.paging));
    GYR_TRY(auto order, order_fields(query.order, sortable_trigger_fields));
    GYR_TRY(auto wanted, Wanted::compile(query));
    // The record is only read where it decides.
    const bool needs_record =
        wanted.asks_for_triggered() || std::ranges::find(order, size_t{by_last_triggered}) != order.end();
    Query rows = main_->query(
        "SELECT o.namespace, o.flow, t.trigger_id, t.worker, t.disabled, t.locked, t.flow, t.next, t.evaluated, "
        "t.updated, t.execution, CASE WHEN ? THEN t.record END "
        "FROM owners o CROSS JOIN triggers t ON t.flow=o.number WHERE o.tenant=? AND o.kind=2 AND o.namespace>=? "
        "ORDER BY o.namespace, o.flow, t.trigger_id");
    // A list that is read in parts begins behind the last row, and ends when the part is full.
    const std::string_view from = query.after ? std::string_view((*query.after)[0]) : std::string_view();
    const size_t enough = query.after && order.empty() ? offset + query.paging.size + 1 : SIZE_MAX;
    std::vector<ListedTrigger> entries;
    for (const std::string& range : wanted.scope.namespaces.ranges()) {
      rows.bind(int64_t{needs_record}, query.tenant, std::max<std::string_view>(range, from));
      while (entries.size() < enough && rows.next()) {
        std::string_view namespace_ = rows.text(0), flow = rows.text(1), trigger = rows.text(2);
        if (!namespace_.starts_with(range)) break;
        if (query.after && std::array{namespace_, flow, trigger} <= as_views(*query.after)) continue;
        TriggerFacts facts{namespace_, flow, trigger, rows.text(3), rows.integer(4) != 0, rows.integer(5) != 0, {}, {}};
        if (!wanted.accepts_names(facts)) continue;
        facts.next = rows.optional_integer(7);
        TriggerRow whole;
        if (needs_record) GYR_CHECK(decode_trigger(rows.blob(11), whole));
        if (whole.last_triggered) facts.triggered = whole.last_triggered->to_micros();
        if (!wanted.accepts(facts)) continue;
        ListedTrigger& entry = entries.emplace_back();
        entry.place = entries.size();
        entry.flow = rows.integer(6);
        entry.namespace_ = namespace_;
        entry.flow_id = flow;
        entry.trigger_id = trigger;
        entry.next = facts.next;
        entry.triggered = facts.triggered;
        entry.evaluated = rows.optional_integer(8);
        entry.updated = rows.integer(9);
        entry.execution = rows.id(10);
      }
      GYR_CHECK(rows.finish());
      rows.again();
    }
    std::sort(entries.begin(), entries.end(), [&](const ListedTrigger& a, const ListedTrigger& b) {
      for (size_t i = 0; i < order.size(); ++i) {
        if (auto result = compare(a, b, order[i]); result != 0)
          return query.order[i].descending ? result > 0 : result < 0;
      }
      return a.place < b.place;
    });
    Page<TriggerRow> page;
    page.total = entries.size();
    Query record = main_->query("SELECT record FROM triggers WHERE flow=? AND trigger_id=?");
    for (uint64_t i = offset; i < entries.size() && page.results.size() < query.paging.size; ++i) {
      record.bind(entries[i].flow, entries[i].trigger_id);
      if (record.next()) {
        TriggerRow& row = page.results.emplace_back();
        GYR_TRY(row.flow, names_.key(entries[i].flow));
        row.trigger_id = entries[i].trigger_id;
        GYR_CHECK(decode_trigger(record.blob(0), row));
      }
      GYR_CHECK(record.finish());
      record.again();
    }
    return page;
  });
}

base::Result<std::vector<Reader::TriggerWake>> SqliteReader::next_trigger_wakes(uint16_t first_slot, uint16_t last_slot,
                                                                                size_t limit) {
  return ask([&]() -> base::Result<std::vector<TriggerWake>> {
    Query rows = main_->query(
        "SELECT wake_at, flow, trigger_id FROM triggers INDEXED BY triggers_waking WHERE wake_at IS NOT NULL AND "
        "slot>>4=? AND wake_at<=? AND slot BETWEEN ? AND ? ORDER BY wake_at, flow, trigger_id LIMIT ?");
    const auto read = [&](int32_t part, const TriggerWake* last,
                          std::vector<TriggerWake>& wakes) -> base::Result<void> {
      rows.bind(part, last != nullptr ? last->at.to_micros() : INT64_MAX, static_cast<int32_t>(first_slot),
                static_cast<int32_t>(last_slot), static_cast<int64_t>(limit));
      while (rows.next()) {
        TriggerWake& wake = wakes.emplace_back();
        wake.at = base::Instant::of_micros(rows.integer(0));
        GYR_TRY(wake.flow, names_.key(rows.integer(1)));
        wake.trigger_id = rows.text(2);
      }
      GYR_CHECK(rows.finish());
      rows.again();
      return {};
    };
    return first_of_parts<TriggerWake>(first_slot, last_slot, limit, read,
                                       [](const TriggerWake& a, const TriggerWake& b) { return a.at < b.at; });
  });
}

base::Result<std::vector<TriggerRow>> SqliteReader::due_triggers(uint16_t first_slot, uint16_t last_slot,
                                                                 base::Instant from, base::Instant until,
                                                                 size_t limit) {
  return ask([&]() -> base::Result<std::vector<TriggerRow>> {
    Query rows = main_->query(
        "SELECT flow, trigger_id, record FROM triggers INDEXED BY triggers_waking WHERE wake_at IS NOT NULL AND "
        "slot>>4=? AND wake_at BETWEEN ? AND ? AND slot BETWEEN ? AND ? ORDER BY wake_at, flow, trigger_id LIMIT ?");
    const auto read = [&](int32_t part, const TriggerRow* last, std::vector<TriggerRow>& due) -> base::Result<void> {
      const base::Instant end = last != nullptr && last->wake_at ? std::min(until, *last->wake_at) : until;
      rows.bind(part, from.to_micros(), end.to_micros(), static_cast<int32_t>(first_slot),
                static_cast<int32_t>(last_slot), static_cast<int64_t>(limit));
      while (rows.next()) {
        TriggerRow& row = due.emplace_back();
        GYR_TRY(row.flow, names_.key(rows.integer(0)));
        row.trigger_id = rows.text(1);
        GYR_CHECK(decode_trigger(rows.blob(2), row));
      }
      GYR_CHECK(rows.finish());
      rows.again();
      return {};
    };
    return first_of_parts<TriggerRow>(first_slot, last_slot, limit, read,
                                      [](const TriggerRow& a, const TriggerRow& b) { return a.wake_at < b.wake_at; });
  });
}

base::Result<std::vector<Reader::TriggerHead>> SqliteReader::worker_triggers(uint16_t first_slot, uint16_t last_slot) {
  return ask([&]() -> base::Result<std::vector<TriggerHead>> {
    Query rows = main_->query(
        "SELECT flow, trigger_id, kind, record FROM triggers INDEXED BY triggers_hosted WHERE kind<>0 AND slot BETWEEN "
        "? AND ?");
    rows.bind(static_cast<int32_t>(first_slot), static_cast<int32_t>(last_slot));
    std::vector<TriggerHead> heads;
    while (rows.next()) {
      TriggerHead& head = heads.emplace_back();
      GYR_TRY(head.flow, names_.key(rows.integer(0)));
      head.trigger_id = rows.text(1);
      head.kind = static_cast<TriggerKind>(rows.integer(2));
      TriggerRow row;
      GYR_CHECK(decode_trigger(rows.blob(3), row));
      head.evaluating = row.evaluating_since.has_value();
      head.asleep = !head.evaluating && !row.wake_at;
    }
    GYR_CHECK(rows.finish());
    return heads;
  });
}

}  // namespace gyr::store::sqlite
