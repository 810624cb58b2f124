#include "store/sqlite/text_indexer.h"

#include <algorithm>

#include "base/log.h"
#include "store/sql/record.h"

namespace gyr::store::sqlite {
namespace {

// A millisecond or two of reading, and as much of a pause: the first start after an upgrade reads every execution.
constexpr int64_t portion_rows = 500;
constexpr auto pause = std::chrono::milliseconds(2);
// A portion of a transaction: 256 KB of a full block.
constexpr size_t slices_at_once = 64;
constexpr int64_t slices_removed_at_once = 64;
// Snapshots that do not contain a block that has just been stored have ended by then.
constexpr auto release_time = std::chrono::seconds(3);
constexpr auto failure_pause = std::chrono::seconds(10);
constexpr auto long_time = std::chrono::hours(1);
// Every query checks the changed executions, at 3 us each.
constexpr int64_t tolerated_changes = 2000;
// Blocks with fewer executions than this share are rebuilt.
constexpr int64_t thinned_out = 2;

constexpr int64_t slice_id(size_t bit, int64_t block) { return static_cast<int64_t>(bit) << 32 | block; }

std::string_view bytes_of(const std::vector<uint64_t>& words) {
  return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(uint64_t)};
}

}  // namespace

base::Result<void> TextIndexer::start(Writer& writer) {
  writer_ = &writer;
  GYR_TRY(main_, Connection::open(main_path_, Connection::Mode::read, vfs_));
  GYR_TRY(int64_t stored, main_->number("SELECT max(number) FROM text_blocks"));
  GYR_TRY(int64_t begun, main_->number("SELECT max(id) FROM text_slices WHERE id < 1<<32"));
  next_block_ = std::max(stored, begun) + 1;
  thread_ = std::thread([this] { run(); });
  return {};
}

void TextIndexer::stop() {
  if (!thread_.joinable()) return;
  index_.stop();
  thread_.join();
  main_.reset();
}

void TextIndexer::executions_removed() {
  {
    std::lock_guard lock(mutex_);
    look_for_emptied_ = true;
  }
  index_.wake();
}

void TextIndexer::flush() {
  std::unique_lock lock(mutex_);
  // The current round may already have passed the requested work.
  const uint64_t wanted = rests_ + 2;
  while (rests_ < wanted && thread_.joinable()) {
    const uint64_t before = rests_;
    index_.wake();
    rested_.wait(lock, [&] { return rests_ != before || index_.stopping(); });
    if (index_.stopping()) return;
  }
}

void TextIndexer::run() {
  while (!index_.stopping()) {
    auto worked = work();
    if (worked && *worked) continue;
    auto until = base::monotonic_now() + long_time;
    if (!worked) {
      if (index_.stopping()) break;
      base::log::warn("cannot update the text index, trying again later: {}", worked.error().to_string());
      until = base::monotonic_now() + failure_pause;
    }
    {
      std::lock_guard lock(mutex_);
      ++rests_;
      rested_.notify_all();
    }
    if (index_.has_stored()) {
      const auto released = base::monotonic_now() + release_time;
      if (!index_.wait(released)) break;
      if (base::monotonic_now() >= released) index_.release();
      continue;
    }
    if (!index_.wait(until)) break;
  }
  std::lock_guard lock(mutex_);
  rested_.notify_all();
}

base::Result<bool> TextIndexer::work() {
  if (auto full = index_.full()) {
    GYR_CHECK(store(*full->block, full->first, full->last, 0, 0));
    index_.stored(*full->block);
    return true;
  }
  GYR_TRY(auto blocks, stored_blocks());
  GYR_TRY(Block gap, newest_gap(blocks));
  if (gap.first <= gap.last) {
    GYR_CHECK(fill(gap));
    return true;
  }
  GYR_TRY(auto renewed, most_changed(blocks));
  bool look = false;
  if (!renewed) {
    std::lock_guard lock(mutex_);
    look = std::exchange(look_for_emptied_, false);
  }
  if (look) {
    GYR_TRY(renewed, emptied(blocks));
  }
  if (renewed) {
    GYR_CHECK(renew(*renewed));
    std::lock_guard lock(mutex_);
    look_for_emptied_ = look_for_emptied_ || look;
    return true;
  }
  return remove_unused_slices();
}

base::Result<std::vector<TextIndexer::Block>> TextIndexer::stored_blocks() {
  std::vector<Block> blocks;
  Query rows = main_->query("SELECT number, first, last FROM text_blocks ORDER BY first");
  while (rows.next()) blocks.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
  GYR_CHECK(rows.finish());
  return blocks;
}

base::Result<TextIndexer::Block> TextIndexer::newest_gap(const std::vector<Block>& blocks) {
  std::vector<std::pair<int64_t, int64_t>> covered = index_.ranges();
  for (const Block& block : blocks) covered.emplace_back(block.first, block.last);
  std::ranges::sort(covered);
  Query newest =
      main_->query("SELECT number FROM executions WHERE number BETWEEN ? AND ? ORDER BY number DESC LIMIT 1");
  for (size_t i = covered.size(); i-- > 0;) {
    const int64_t first = i == 0 ? 0 : covered[i - 1].second + 1;
    const int64_t last = covered[i].first - 1;
    if (first > last) continue;
    newest.bind(first, last);
    const bool found = newest.next();
    GYR_CHECK(newest.finish());
    newest.again();
    if (found) return Block{0, first, last};
  }
  return Block{0, 0, -1};
}

base::Result<void> TextIndexer::fill(const Block& gap) {
  GYR_TRY(int64_t known_changes, main_->number("SELECT max(change) FROM text_changes"));
  // The newest ones first: they are asked for most.
  Query begin =
      main_->query("SELECT number FROM executions WHERE number BETWEEN ? AND ? ORDER BY number DESC LIMIT 1 OFFSET ?");
  begin.bind(gap.first, gap.last, static_cast<int64_t>(index_.block_executions()) - 1);
  const int64_t first = begin.next() ? begin.integer(0) : gap.first;
  GYR_CHECK(begin.finish());
  begin.again();
  GYR_TRY(TextBlock block, read_rows(first, gap.last));
  if (index_.stopping()) return {};
  if (first == gap.first && index_.put_before(first, gap.last, block)) return {};
  return store(block, first, gap.last, 0, known_changes);
}

base::Result<TextBlock> TextIndexer::read_rows(int64_t first, int64_t last) {
  TextBlock block;
  std::vector<uint16_t> bits;
  int64_t next = first;
  for (bool more = true; more && !index_.stopping();) {
    Query rows =
        main_->query("SELECT number, id, record FROM executions WHERE number BETWEEN ? AND ? ORDER BY number LIMIT ?");
    rows.bind(next, last, portion_rows);
    int64_t read = 0;
    for (; rows.next(); ++read) {
      GYR_TRY(auto labels, decode_execution_labels(rows.blob(2)));
      bits.clear();
      add_bits_of_id(rows.id(1), bits);
      for (const auto& label : labels) add_bits_of_label(label, bits);
      block.add(rows.integer(0), bits);
      next = rows.integer(0) + 1;
    }
    GYR_CHECK(rows.finish());
    more = read == portion_rows;
    if (more && !index_.full()) index_.wait(base::monotonic_now() + pause);
  }
  return block;
}

base::Result<void> TextIndexer::store(const TextBlock& block, int64_t first, int64_t last, int64_t replaced,
                                      int64_t known_changes) {
  const int64_t number = next_block_++;
  for (size_t bit = 0; bit < signature_bits; bit += slices_at_once) {
    if (index_.stopping()) return {};
    const auto slices = index_.slices(block, bit, slices_at_once);
    GYR_CHECK(writer_->run_in_transaction([&](Connection& main, BatchWriter&) -> base::Result<void> {
      Query write = main.query("INSERT OR REPLACE INTO text_slices(id, bits) VALUES(?,?)");
      for (size_t i = 0; i < slices.size(); ++i) {
        write.bind(slice_id(bit + i, number), Blob{bytes_of(slices[i])});
        GYR_CHECK(write.run());
      }
      if (bit + slices_at_once < signature_bits) return {};
      // All are there: from now on the block counts.
      const std::string runs = block.runs().encode();
      GYR_CHECK(main.query("DELETE FROM text_blocks WHERE number=?").bind(replaced).run());
      GYR_CHECK(main.query("DELETE FROM text_changes WHERE change<=? AND execution BETWEEN ? AND ?")
                    .bind(known_changes, first, last)
                    .run());
      return main.query("INSERT INTO text_blocks(number, first, last, runs) VALUES(?,?,?,?)")
          .bind(number, first, last, Blob{runs})
          .run();
    }));
  }
  return {};
}

base::Result<void> TextIndexer::renew(const Block& block) {
  GYR_TRY(int64_t known_changes, main_->number("SELECT max(change) FROM text_changes"));
  GYR_TRY(TextBlock renewed, read_rows(block.first, block.last));
  if (index_.stopping()) return {};
  if (renewed.size() > 0) return store(renewed, block.first, block.last, block.number, known_changes);
  return writer_->run_in_transaction([&](Connection& main, BatchWriter&) -> base::Result<void> {
    GYR_CHECK(main.query("DELETE FROM text_changes WHERE change<=? AND execution BETWEEN ? AND ?")
                  .bind(known_changes, block.first, block.last)
                  .run());
    return main.query("DELETE FROM text_blocks WHERE number=?").bind(block.number).run();
  });
}

base::Result<std::optional<TextIndexer::Block>> TextIndexer::most_changed(const std::vector<Block>& blocks) {
  GYR_TRY(int64_t changes, main_->number("SELECT count(*) FROM text_changes"));
  if (changes <= tolerated_changes) return std::nullopt;
  std::optional<Block> most;
  int64_t most_changes = 0;
  for (const Block& block : blocks) {
    Query count = main_->query("SELECT count(*) FROM text_changes WHERE execution BETWEEN ? AND ?");
    count.bind(block.first, block.last);
    if (count.next() && count.integer(0) > most_changes) {
      most = block;
      most_changes = count.integer(0);
    }
    GYR_CHECK(count.finish());
  }
  return most;
}

base::Result<std::optional<TextIndexer::Block>> TextIndexer::emptied(const std::vector<Block>& blocks) {
  for (const Block& block : blocks) {
    if (index_.stopping()) break;
    Query runs = main_->query("SELECT runs FROM text_blocks WHERE number=?");
    int64_t places = 0;
    if (runs.bind(block.number).next()) {
      GYR_TRY(auto decoded, NumberRuns::decode(runs.blob(0)));
      places = decoded.count();
    }
    GYR_CHECK(runs.finish());
    Query count = main_->query("SELECT count(*) FROM (SELECT 1 FROM executions WHERE number BETWEEN ? AND ? LIMIT ?)");
    count.bind(block.first, block.last, places / thinned_out + 1);
    const bool few = count.next() && count.integer(0) * thinned_out < places;
    GYR_CHECK(count.finish());
    if (few) return block;
  }
  return std::nullopt;
}

base::Result<bool> TextIndexer::remove_unused_slices() {
  Query find = main_->query(
      "SELECT id FROM text_slices WHERE id < 1<<32 AND id NOT IN (SELECT number FROM text_blocks) LIMIT 1");
  if (!find.next()) {
    GYR_CHECK(find.finish());
    return false;
  }
  const int64_t block = find.integer(0);
  find.again();
  // The first slice last: it is by which a block that is gone in part is found again.
  for (int64_t end = signature_bits; end > 0 && !index_.stopping(); end -= slices_removed_at_once) {
    GYR_CHECK(writer_->run_in_transaction([&](Connection& main, BatchWriter&) -> base::Result<void> {
      Query remove = main.query("DELETE FROM text_slices WHERE id=?");
      for (int64_t bit = end; bit-- > end - slices_removed_at_once;)
        GYR_CHECK(remove.bind(slice_id(static_cast<size_t>(bit), block)).run());
      return {};
    }));
  }
  return true;
}

}  // namespace gyr::store::sqlite
