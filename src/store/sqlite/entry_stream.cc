#include "store/sqlite/entry_stream.h"

#include <algorithm>

namespace gyr::store::sqlite {
namespace {

constexpr const char* tenant_newest =
    "SELECT started, number, duration, flow FROM executions INDEXED BY executions_by_tenant "
    "WHERE tenant=? AND lane=? AND started BETWEEN ? AND ? ORDER BY started DESC";
constexpr const char* tenant_oldest =
    "SELECT started, number, duration, flow FROM executions INDEXED BY executions_by_tenant "
    "WHERE tenant=? AND lane=? AND started BETWEEN ? AND ? ORDER BY started";
constexpr const char* flow_newest =
    "SELECT started, number, duration FROM executions INDEXED BY executions_by_flow "
    "WHERE flow=? AND lane=? AND started BETWEEN ? AND ? ORDER BY started DESC";
constexpr const char* flow_oldest =
    "SELECT started, number, duration FROM executions INDEXED BY executions_by_flow "
    "WHERE flow=? AND lane=? AND started BETWEEN ? AND ? ORDER BY started";
constexpr const char* longest_first =
    "SELECT started, number, duration FROM executions INDEXED BY executions_by_duration "
    "WHERE flow=? AND lane=? AND duration IS NOT NULL ORDER BY duration DESC, started DESC, number DESC";
constexpr const char* shortest_first =
    "SELECT started, number, duration FROM executions INDEXED BY executions_by_duration "
    "WHERE flow=? AND lane=? AND duration IS NOT NULL ORDER BY duration, started, number";
constexpr const char* label_newest =
    "SELECT started, execution FROM labels WHERE tenant=? AND label=? AND value=? AND class=? AND started BETWEEN ? "
    "AND ? "
    "ORDER BY started DESC, execution DESC";
constexpr const char* label_oldest =
    "SELECT started, execution FROM labels WHERE tenant=? AND label=? AND value=? AND class=? AND started BETWEEN ? "
    "AND ? "
    "ORDER BY started, execution";

}  // namespace

EntryStream::EntryStream(Connection& main, Source source, const char* sql)
    : main_(&main), source_(source), query_(std::make_unique<Query>(main, sql)) {}

EntryStream EntryStream::of_lane(Connection& main, Source source, int64_t owner, Lane lane, int64_t from, int64_t to,
                                 bool descending) {
  bool by_tenant = source == Source::tenant;
  EntryStream stream(
      main, source,
      by_tenant ? (descending ? tenant_newest : tenant_oldest) : (descending ? flow_newest : flow_oldest));
  stream.lane_ = lane;
  stream.owner_ = owner;
  stream.query_->bind(owner, lane, from, to);
  return stream;
}

EntryStream EntryStream::of_labelled(Connection& main, int64_t tenant, int64_t label, std::string_view value,
                                     Lane execution_class, int64_t from, int64_t to, bool descending) {
  EntryStream stream = of_label(main, tenant, label, value, execution_class, from, to, descending);
  stream.source_ = Source::labelled;
  return stream;
}

EntryStream EntryStream::of_durations(Connection& main, int64_t flow, Lane lane, bool descending) {
  EntryStream stream(main, Source::flow, descending ? longest_first : shortest_first);
  stream.lane_ = lane;
  stream.owner_ = flow;
  stream.query_->bind(flow, lane);
  return stream;
}

EntryStream EntryStream::of_label(Connection& main, int64_t tenant, int64_t label, std::string_view value,
                                  Lane execution_class, int64_t from, int64_t to, bool descending) {
  EntryStream stream(main, Source::label, descending ? label_newest : label_oldest);
  stream.query_->bind(tenant, label, value, execution_class, from, to);
  return stream;
}

EntryStream EntryStream::of_entries(Connection& main, std::vector<Entry> entries) {
  EntryStream stream(main);
  stream.entries_ = std::move(entries);
  std::ranges::reverse(stream.entries_);
  return stream;
}

bool EntryStream::next(Entry& entry) {
  if (source_ == Source::entries) {
    if (entries_.empty()) return false;
    entry = entries_.back();
    entries_.pop_back();
    return true;
  }
  if (!query_->next()) return false;
  entry.started = query_->integer(0);
  entry.number = query_->integer(1);
  if (source_ == Source::labelled) return true;
  if (source_ == Source::label) return complete(entry);
  entry.duration = query_->optional_integer(2).value_or(-1);
  entry.flow = source_ == Source::tenant ? query_->integer(3) : owner_;
  entry.lane = lane_;
  return true;
}

bool EntryStream::complete(Entry& entry) {
  Query row = main_->query("SELECT flow, lane, duration FROM executions WHERE number=?");
  row.bind(entry.number);
  if (!row.next()) return false;  // the snapshot has both or neither
  entry.flow = row.integer(0);
  entry.lane = static_cast<Lane>(row.integer(1));
  entry.duration = row.optional_integer(2).value_or(-1);
  return true;
}

bool MergedStream::later(const Entry& a, const Entry& b) const {
  auto key = [this](const Entry& entry) {
    return order_ == EntryOrder::start ? std::tuple(entry.started, entry.flow, entry.duration, entry.number)
                                       : std::tuple(entry.duration, entry.started, entry.flow, entry.number);
  };
  return descending_ ? key(a) < key(b) : key(a) > key(b);
}

void MergedStream::add(std::vector<Entry> entries, Connection& main) {
  std::ranges::sort(entries, [this](const Entry& a, const Entry& b) { return later(b, a); });
  streams_.push_back(EntryStream::of_entries(main, std::move(entries)));
}

void MergedStream::pull(size_t stream) {
  Head head{{}, stream};
  if (!streams_[stream].next(head.entry)) return;
  heads_.push_back(head);
  std::push_heap(heads_.begin(), heads_.end(),
                 [this](const Head& a, const Head& b) { return later(a.entry, b.entry); });
}

void MergedStream::begin() {
  begun_ = true;
  for (size_t i = 0; i < streams_.size(); ++i) pull(i);
}

bool MergedStream::LeftOut::has(const Entry& entry, bool descending) {
  if (moment != entry.started && !numbers.empty()) numbers.clear();
  moment = entry.started;
  while (!is_over) {
    if (!ahead) {
      Entry next;
      is_over = !stream.next(next);
      if (is_over) break;
      ahead = next;
    }
    const bool is_later = descending ? ahead->started < moment : ahead->started > moment;
    if (is_later) break;
    if (ahead->started == moment) numbers.insert(ahead->number);
    ahead.reset();
  }
  return numbers.contains(entry.number);
}

bool MergedStream::is_repeated(const Entry& entry) {
  if (moment_ != entry.started && !numbers_.empty()) numbers_.clear();
  moment_ = entry.started;
  return !numbers_.insert(entry.number).second;
}

bool MergedStream::next(Entry& entry) {
  if (!begun_) begin();
  while (!heads_.empty()) {
    std::pop_heap(heads_.begin(), heads_.end(),
                  [this](const Head& a, const Head& b) { return later(a.entry, b.entry); });
    Head first = heads_.back();
    heads_.pop_back();
    pull(first.stream);
    if (may_repeat_ && is_repeated(first.entry)) continue;  // by two of its labels
    entry = first.entry;
    if (std::ranges::any_of(left_out_, [&](LeftOut& one) { return one.has(entry, descending_); })) continue;
    return true;
  }
  return false;
}

base::Result<void> MergedStream::finish() {
  for (auto& stream : streams_) GYR_CHECK(stream.finish());
  for (auto& one : left_out_) GYR_CHECK(one.stream.finish());
  return {};
}

}  // namespace gyr::store::sqlite
