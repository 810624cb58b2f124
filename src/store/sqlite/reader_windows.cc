// Time windows of Flow triggers.
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {

base::Result<std::vector<WindowRow>> SqliteReader::windows(const model::FlowKey& flow, std::string_view trigger_id,
                                                           std::string_view window_id) {
  return ask([&]() -> base::Result<std::vector<WindowRow>> {
    std::vector<WindowRow> windows;
    GYR_TRY(auto number, number_of_flow(flow));
    if (!number) return windows;
    Query rows = main_->query(
        "SELECT start, expires, record FROM windows WHERE flow=? AND trigger_id=? AND window_id=? ORDER BY start");
    rows.bind(*number, trigger_id, window_id);
    while (rows.next()) {
      WindowRow& window = windows.emplace_back();
      GYR_TRY(window.flow, names_.key(*number));
      window.trigger_id = trigger_id;
      window.window_id = window_id;
      window.start = rows.integer(0);
      window.expires = base::Instant::of_micros(rows.integer(1));
      window.record = rows.blob(2);
    }
    GYR_CHECK(rows.finish());
    return windows;
  });
}

}  // namespace gyr::store::sqlite
