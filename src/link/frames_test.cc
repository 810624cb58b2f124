#include "link/frames.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "base/limits.h"
#include "link/memory_link.h"

namespace gyr::link {
namespace {

using base::Id;
using base::Instant;
using base::Value;

const AttemptKey key{Id{1, 2}, Id{UINT64_MAX, 4}, 5, -6};
const model::FlowKey flow{"main", "company.team", "flow"};

Value some_value() {
  return Value::map({{"a", Value::integer(1)},
                     {"ü", Value::list({Value::string("x"), Value(), Value::number(0.5), Value::boolean(true)})},
                     {"when", Value::instant(Instant::of_millis(123))},
                     {"long", Value::string(std::string(100'000, 'y'))}});
}

model::LogEntry log_entry(std::shared_ptr<const model::FlowKey> of, std::string message) {
  return {.execution_id = Id{1, 1},
          .flow = std::move(of),
          .task_id = "task",
          .task_run_id = Id{2, 2},
          .attempt = 1,
          .sequence = 4'000'000'000,
          .trigger_id = "trigger",
          .timestamp = Instant::of_nanos(1'234'567'890),
          .level = model::LogLevel::error,
          .thread = "worker",
          .message = std::move(message)};
}

model::MetricEntry metric(std::shared_ptr<const model::FlowKey> of) {
  return {.execution_id = Id{1, 1},
          .flow = std::move(of),
          .task_id = "task",
          .task_run_id = Id{2, 2},
          .attempt = 0,
          .type = model::MetricType::gauge,
          .name = "rows",
          .value = -1.5,
          .timestamp = Instant::of_millis(5),
          .tags = Value::map({{"k", Value::string("v")}})};
}

/// One of each kind, every field set.
std::string encoded(const Frame& frame) {
  auto bytes = encode_frame(frame);
  EXPECT_TRUE(bytes.has_value());
  return bytes ? *std::move(bytes) : std::string();
}

std::vector<Frame> all_frames() {
  auto shared = std::make_shared<const model::FlowKey>(flow);
  auto other = std::make_shared<const model::FlowKey>(model::FlowKey{"t", "n", "other"});
  return {
      Job{key,
          flow,
          3,
          "task",
          some_value(),
          "value of the loop",
          Instant::of_millis(-5),
          "trace",
          5,
          {"outer", "inner"},
          4},
      Job{key, flow, 3, "task", Value(), std::nullopt, {}, "", 0},
      RenderJob{key, flow, 3, "task", 4'000'000'000, some_value(), true, some_value()},
      Kill{key},
      Acknowledge{key},
      HostReply{UINT64_MAX, true, some_value()},
      Hello{protocol_version, "worker-1", "group", 16, {key, AttemptKey{}}},
      Started{key, Instant::of_millis(77)},
      Result{key,
             model::State::killed,
             some_value(),
             Instant::of_millis(7),
             {metric(shared), metric(shared), metric(other)},
             9,
             "why",
             "kestra:///log"},
      RenderResult{key, 8, false, Value(), "error"},
      LogChunk{{log_entry(shared, "one"), log_entry(shared, std::string("nul \0 and \xff", 11)), log_entry(other, "")}},
      HostCall{12, key, 3, "kv.get", some_value()},
      Heartbeat{Instant::of_millis(99)},
      LogStored{1'000'000},
      TriggerJob{key, flow, 3, "trigger", true, some_value()},
      EventStored{key, UINT64_MAX, "why not"},
      TriggerResult{key, TriggerResult::Outcome::failed, true, some_value(), "why", "kestra:///log"},
      TriggerEvent{key, 7, some_value()},
      ChildReport{key,
                  Id{7, 8},
                  "child",
                  2,
                  ChildReport::Kind::retries,
                  model::State::failed,
                  some_value(),
                  Instant::of_millis(3),
                  {metric(shared), metric(other)},
                  11,
                  "kestra:///log"},
  };
}

// The encoded form holds every field, so equal bytes after a round trip mean equal frames; fields are compared one by
// one for those with parts of their own.
TEST(WorkerLink, EveryFrameRoundTrips) {
  std::set<size_t> kinds;
  for (const Frame& frame : all_frames()) {
    std::string bytes = encoded(frame);
    auto read = decode_frame(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().to_string();
    EXPECT_EQ(read->index(), frame.index());
    EXPECT_EQ(encoded(*read), bytes);
    kinds.insert(frame.index());
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<Frame>) << "a kind of frame is not tested";
}

TEST(WorkerLink, KeepsEveryField) {
  auto frames = all_frames();
  auto job = std::get<Job>(*decode_frame(encoded(frames[0])));
  EXPECT_EQ(job.key, key);
  EXPECT_EQ(job.flow, flow);
  EXPECT_EQ(job.revision, 3);
  EXPECT_EQ(job.task_id, "task");
  EXPECT_EQ(job.context, some_value());
  EXPECT_EQ(job.value, "value of the loop");
  EXPECT_EQ(job.deadline, Instant::of_millis(-5));
  EXPECT_EQ(job.correlation, "trace");
  EXPECT_EQ(job.values, (std::vector<std::string>{"outer", "inner"}));
  EXPECT_EQ(job.resumed_attempt, 4);
  EXPECT_FALSE(std::get<Job>(*decode_frame(encoded(frames[1]))).value.has_value());

  auto report = std::get<ChildReport>(*decode_frame(encoded(frames.back())));
  EXPECT_EQ(report.job, key);
  EXPECT_EQ(report.task_run, (Id{7, 8}));
  EXPECT_EQ(report.task_id, "child");
  EXPECT_EQ(report.attempt, 2);
  EXPECT_EQ(report.kind, ChildReport::Kind::retries);
  EXPECT_EQ(report.state, model::State::failed);
  EXPECT_EQ(report.outputs, some_value());
  EXPECT_EQ(report.metrics.size(), 2u);
  EXPECT_EQ(report.metrics[1].flow->id, "other");
  EXPECT_EQ(report.log_sequence, 11u);
  EXPECT_EQ(report.log_file, "kestra:///log");

  auto look = std::get<TriggerJob>(*decode_frame(encoded(frames[14])));
  EXPECT_EQ(look.key, key);
  EXPECT_EQ(look.flow, flow);
  EXPECT_EQ(look.revision, 3);
  EXPECT_EQ(look.trigger_id, "trigger");
  EXPECT_TRUE(look.listens);
  EXPECT_EQ(look.context, some_value());
  auto stored = std::get<EventStored>(*decode_frame(encoded(frames[15])));
  EXPECT_EQ(stored.key, key);
  EXPECT_EQ(stored.number, UINT64_MAX);
  EXPECT_EQ(stored.problem, "why not");
  auto found = std::get<TriggerResult>(*decode_frame(encoded(frames[16])));
  EXPECT_EQ(found.key, key);
  EXPECT_EQ(found.outcome, TriggerResult::Outcome::failed);
  EXPECT_TRUE(found.was_listening);
  EXPECT_EQ(found.variables, some_value());
  EXPECT_EQ(found.error, "why");
  EXPECT_EQ(found.log_file, "kestra:///log");
  auto event = std::get<TriggerEvent>(*decode_frame(encoded(frames[17])));
  EXPECT_EQ(event.key, key);
  EXPECT_EQ(event.number, 7u);
  EXPECT_EQ(event.variables, some_value());

  auto result = std::get<Result>(*decode_frame(encoded(frames[8])));
  EXPECT_EQ(result.state, model::State::killed);
  EXPECT_EQ(result.outputs, some_value());
  EXPECT_EQ(result.log_sequence, 9U);
  EXPECT_EQ(result.error, "why");
  ASSERT_EQ(result.metrics.size(), 3U);
  EXPECT_EQ(result.metrics[1].flow.get(), result.metrics[0].flow.get()) << "flows of one frame are shared";
  EXPECT_EQ(result.metrics[2].flow->id, "other");
  EXPECT_EQ(result.metrics[0].type, model::MetricType::gauge);
  EXPECT_EQ(result.metrics[0].value, -1.5);
  EXPECT_EQ(result.metrics[0].tags, Value::map({{"k", Value::string("v")}}));

  auto chunk = std::get<LogChunk>(*decode_frame(encoded(frames[10])));
  ASSERT_EQ(chunk.entries.size(), 3U);
  EXPECT_EQ(chunk.entries[1].message, std::string("nul \0 and \xff", 11));
  EXPECT_EQ(chunk.entries[1].sequence, 4'000'000'000U);
  EXPECT_EQ(chunk.entries[1].level, model::LogLevel::error);
  EXPECT_EQ(chunk.entries[1].timestamp, Instant::of_nanos(1'234'567'890));
  EXPECT_EQ(*chunk.entries[2].flow, (model::FlowKey{"t", "n", "other"}));

  auto hello = std::get<Hello>(*decode_frame(encoded(frames[6])));
  EXPECT_EQ(hello.running, (std::vector<AttemptKey>{key, AttemptKey{}}));
  EXPECT_EQ(hello.capacity, 16U);
}

TEST(WorkerLink, RefusesTruncatedAndExtendedFrames) {
  for (const Frame& frame : all_frames()) {
    std::string bytes = encoded(frame);
    for (size_t cut = 0; cut < std::min<size_t>(bytes.size(), 2000); ++cut) {
      auto read = decode_frame(std::string_view(bytes).substr(0, cut));
      ASSERT_FALSE(read.has_value()) << "frame " << frame.index() << " cut at " << cut;
      EXPECT_EQ(read.error().code(), bad_frame);
    }
    EXPECT_FALSE(decode_frame(bytes + '\0').has_value());
  }
}

TEST(WorkerLink, RefusesOtherVersionsAndUnknownTypes) {
  std::string bytes = encoded(Kill{key});
  for (int version : {0, 2, 255}) {
    std::string other = bytes;
    other[0] = static_cast<char>(version);
    auto read = decode_frame(other);
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(read.error().message().find(fmt::format("version {}", version)), std::string::npos);
  }
  for (int type : {0, 6, 15, 23, 255}) {
    std::string other = bytes;
    other[1] = static_cast<char>(type);
    EXPECT_FALSE(decode_frame(other).has_value()) << type;
  }
}

TEST(WorkerLink, RefusesValuesOutsideTheirRange) {
  auto damaged = [](Frame frame, const std::function<void(std::string&)>& damage) {
    std::string bytes = encoded(frame);
    damage(bytes);
    return !decode_frame(bytes).has_value();
  };
  EXPECT_TRUE(damaged(Result{key}, [](std::string& bytes) { bytes[2 + 34] = 17; })) << "a state that does not exist";
  EXPECT_TRUE(damaged(HostReply{}, [](std::string& bytes) { bytes[3] = 2; })) << "a boolean";
  std::string no_flow = encoded(LogChunk{{log_entry(std::make_shared<const model::FlowKey>(flow), "x")}});
  no_flow[2 + 1 + 16] = 1;  // "the same flow as before" in the first entry
  EXPECT_FALSE(decode_frame(no_flow).has_value());
}

TEST(WorkerLink, ReservesNoMemoryForImpossibleCounts) {
  std::string bytes = encoded(LogChunk{});
  bytes.resize(2);
  base::Encoder(bytes).varint(1ULL << 40);
  EXPECT_FALSE(decode_frame(bytes).has_value());
  std::string hello = encoded(Hello{});
  hello.pop_back();
  base::Encoder(hello).varint(1ULL << 60);
  EXPECT_FALSE(decode_frame(hello).has_value());
}

TEST(WorkerLink, RefusesTooDeepNesting) {
  std::string bytes = encoded(HostReply{});
  bytes.pop_back();  // the null value
  for (int i = 0; i < 100'000; ++i) bytes += std::string("\x09\x01", 2);
  bytes += '\0';
  auto read = decode_frame(bytes);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), bad_frame);
}

TEST(WorkerLink, RefusesFramesThatAreTooLong) {
  std::string bytes = encoded(HostReply{1, true, Value::string(std::string(max_frame - 16, 'x'))});
  ASSERT_LE(bytes.size(), max_frame);
  EXPECT_TRUE(decode_frame(bytes).has_value());
  bytes += std::string(max_frame - bytes.size() + 1, 'x');
  auto read = decode_frame(bytes);
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message().find("at most"), std::string::npos);
}

// STOR-14: what is too large is refused by the sender, also where it is small in memory because its parts are shared.
TEST(WorkerLink, SendsNothingThatIsTooLarge) {
  size_t received = 0;
  MemoryLink link(nullptr, [&received](Frame) { received += 1; });
  EXPECT_EQ(link.send(HostReply{1, true, Value::string(std::string(max_frame - 16, 'x'))}), Sent::yes);
  EXPECT_EQ(received, 1U);

  Result result;
  result.key = key;
  result.outputs = Value::map({{"text", Value::string(std::string(max_frame, 'x'))}});
  EXPECT_EQ(link.send(result), Sent::too_large);
  Value doubled = Value::string(std::string(1000, 'x'));
  for (int i = 0; i < 60; ++i) doubled = Value::list({doubled, doubled});
  result.outputs = Value::map({{"list", doubled}});
  EXPECT_EQ(link.send(result), Sent::too_large);
  result.outputs = {};
  result.error = std::string(max_frame, 'x');
  EXPECT_EQ(link.send(result), Sent::too_large) << "texts count, too";
  auto bytes = encode_frame(result);
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().code(), frame_too_large);

  EXPECT_EQ(received, 1U);
  EXPECT_EQ(link.queued_bytes(), 0U);
  EXPECT_EQ(link.send(Kill{key}), Sent::yes) << "the link goes on";
  link.close();
  EXPECT_EQ(link.send(Kill{key}), Sent::closed);
  EXPECT_EQ(received, 2U);
}

TEST(WorkerLink, SurvivesChangedBytes) {
  base::IdGenerator random(Instant{}, 7, 8);
  for (const Frame& frame : all_frames()) {
    std::string bytes = encoded(frame);
    for (int i = 0; i < 300; ++i) {
      std::string changed = bytes;
      for (int byte = 0; byte < 3; ++byte) {
        changed[random.random() % std::min<size_t>(changed.size(), 500)] = static_cast<char>(random.random());
      }
      auto read = decode_frame(changed);
      if (read) EXPECT_TRUE(decode_frame(encoded(*read)).has_value());
    }
  }
}

}  // namespace
}  // namespace gyr::link
