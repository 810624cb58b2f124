#include "protocol/frames.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "base/limits.h"
#include "base/record.h"
#include "base/testing/record_samples.h"
#include "protocol/frame_fields.h"
#include "protocol/memory_link.h"

namespace gyr::protocol {
namespace {

using base::Id;
using base::Instant;
using base::Value;

const AttemptKey key{Id{1, 2}, Id{UINT64_MAX, 4}, 5, -6};
const model::FlowKey flow{"main", "company.team", "flow"};

Value some_value(size_t size = 100'000) {
  return Value::map({{"a", Value::integer(1)},
                     {"ü", Value::list({Value::string("x"), Value(), Value::number(0.5), Value::boolean(true)})},
                     {"when", Value::instant(Instant::of_millis(123))},
                     {"long", Value::string(std::string(size, 'y'))}});
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

std::vector<Frame> all_frames(const Value& some = some_value()) {
  auto shared = std::make_shared<const model::FlowKey>(flow);
  auto other = std::make_shared<const model::FlowKey>(model::FlowKey{"t", "n", "other"});
  return {
      Job{key, flow, 3, "task", some, "value of the loop", Instant::of_millis(-5), "trace", 5, {"outer", "inner"}, 4},
      Job{key, flow, 3, "task", Value(), std::nullopt, {}, "", 0},
      RenderJob{key, flow, 3, "task", 4'000'000'000, some, true, some},
      Kill{key},
      Acknowledge{key},
      HostReply{UINT64_MAX, true, some},
      Hello{protocol_version, "worker-1", "group", 16, {key, AttemptKey{}}},
      Started{key, Instant::of_millis(77)},
      Result{key,
             model::State::killed,
             some,
             Instant::of_millis(7),
             {metric(shared), metric(shared), metric(other)},
             9,
             "why",
             "kestra:///log"},
      RenderResult{key, 8, false, Value(), "error"},
      LogChunk{{log_entry(shared, "one"), log_entry(shared, std::string("nul \0 and \xff", 11)), log_entry(other, "")}},
      HostCall{12, key, 3, "kv.get", some},
      Heartbeat{Instant::of_millis(99)},
      LogStored{1'000'000},
      TriggerJob{key, flow, 3, "trigger", true, some},
      EventStored{key, UINT64_MAX, "why not"},
      TriggerResult{key, TriggerResult::Outcome::failed, true, some, "why", "kestra:///log"},
      TriggerEvent{key, 7, some},
      ChildReport{key,
                  Id{7, 8},
                  "child",
                  2,
                  ChildReport::Kind::retries,
                  model::State::failed,
                  some,
                  Instant::of_millis(3),
                  {metric(shared), metric(other)},
                  11,
                  "kestra:///log"},
  };
}

std::vector<Frame> small_frames() { return all_frames(some_value(70)); }

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
  for (int version : {0, 1, 3, 255}) {
    std::string other = bytes;
    other[0] = static_cast<char>(version);
    auto read = decode_frame(other);
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(read.error().message().find(fmt::format("version {}", version)), std::string::npos);
  }
  // 6 is a frame whose first field is of another kind.
  for (int type : {0, 6, 15, 26, 255}) {
    std::string other = bytes;
    other[1] = static_cast<char>(type);
    EXPECT_FALSE(decode_frame(other).has_value()) << type;
  }
}

/// A frame with this record.
std::string frame_of(FrameType type, std::string_view record) {
  std::string bytes = {static_cast<char>(protocol_version), static_cast<char>(type)};
  base::Encoder(bytes).bytes(record);
  return bytes;
}

/// A field that no frame has, of each wire.
std::string later_fields() {
  std::string bytes;
  base::Encoder encoder(bytes);
  for (const uint64_t number : {uint64_t{30}, uint64_t{2'000'000}}) {
    encoder.varint(number << 2);
    encoder.varint(UINT64_MAX);
    encoder.varint(number << 2 | 1);
    encoder.bytes("later");
    encoder.varint(number << 2 | 2);
    encoder.id(Id{1, 2});
    encoder.varint(number << 2 | 3);
    encoder.number(1.5);
  }
  return bytes;
}

/// What stands behind a frame's version, type and length.
std::string record_of(std::string_view frame) {
  base::Decoder decoder(frame.substr(2));
  return std::string(decoder.bytes());
}

TEST(WorkerLink, SkipsFieldsOfALaterLevelWhereverTheyStand) {
  for (const Frame& frame : all_frames()) {
    const std::string bytes = encoded(frame);
    const auto type = static_cast<FrameType>(bytes[1]);
    for (const std::string& grown : {later_fields() + record_of(bytes), record_of(bytes) + later_fields()}) {
      auto read = decode_frame(frame_of(type, grown));
      ASSERT_TRUE(read.has_value()) << frame.index();
      EXPECT_EQ(encoded(*read), bytes);
    }
  }
}

TEST(WorkerLink, TakesDefaultsForFieldsThatAnEarlierLevelDoesNotWrite) {
  for (const Frame& frame : all_frames()) {
    const std::string bytes = encoded(frame);
    auto read = decode_frame(frame_of(static_cast<FrameType>(bytes[1]), ""));
    ASSERT_TRUE(read.has_value()) << frame.index();
    EXPECT_EQ(read->index(), frame.index());
  }
  auto chunk = decode_frame(frame_of(FrameType::log_chunk, std::string("\x05\x01\x00", 3)));  // one empty line
  ASSERT_TRUE(chunk.has_value());
  ASSERT_EQ(std::get<LogChunk>(*chunk).entries.size(), 1u);
  ASSERT_NE(std::get<LogChunk>(*chunk).entries[0].flow, nullptr) << "a line's flow is never null";
}

// Frames as programs of each level wrote them. What this program writes is what it wrote then.
TEST(WorkerLink, FramesOfEachLevelAreRead) {
  const base::testing::RecordSamples samples("level_1/frames.txt");
  std::map<std::string, Frame> frames;
  for (const Frame& frame : small_frames()) {
    std::string name = fmt::format("frame_{:02}", static_cast<int>(encoded(frame)[1]));
    while (frames.contains(name)) name += "_again";
    samples.expect(name, encoded(frame));
    frames.emplace(name, frame);
  }
  for (const auto& [name, bytes] : samples.all()) {
    auto read = decode_frame(bytes);
    ASSERT_TRUE(read.has_value()) << name;
    ASSERT_TRUE(frames.contains(name)) << name;
    EXPECT_EQ(encoded(*read), encoded(frames.at(name))) << name;
  }
}

TEST(WorkerLink, RefusesValuesOutsideTheirRange) {
  struct Case {
    const char* what;
    FrameType type;
    uint32_t field;
    uint64_t number;
  };
  for (const Case& bad : {Case{"a state that does not exist", FrameType::result, 2, model::state_count},
                          {"a boolean", FrameType::host_reply, 2, 2},
                          {"a revision", FrameType::job, 3, 1ULL << 33},
                          {"a number of 16 bits", FrameType::hello, 1, 65'536},
                          {"a kind of report", FrameType::child_report, 5, 5},
                          {"an outcome", FrameType::trigger_result, 2, 3},
                          {"a text", FrameType::job, 4, 1}}) {
    std::string record;
    base::Encoder encoder(record);
    encoder.varint(static_cast<uint64_t>(bad.field) << 2);
    encoder.varint(bad.number);
    auto read = decode_frame(frame_of(bad.type, record));
    ASSERT_FALSE(read.has_value()) << bad.what;
    EXPECT_EQ(read.error().code(), bad_frame);
  }
  // A line with the flow of the one before, where there is none before.
  EXPECT_FALSE(decode_frame(frame_of(FrameType::log_chunk, std::string("\x05\x03\x02\x08\x00", 5))).has_value());
}

TEST(WorkerLink, TakesLittleMemoryForHostileLists) {
  std::string record = "\x05";
  base::Encoder(record).bytes(std::string(100'000, '\0'));  // lines of one byte
  EXPECT_FALSE(decode_frame(frame_of(FrameType::log_chunk, record)).has_value());
  // Lengths that cannot be true.
  for (const std::string length : {"\x7f", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"}) {
    EXPECT_FALSE(decode_frame(frame_of(FrameType::log_chunk, "\x05" + length)).has_value());
    EXPECT_FALSE(decode_frame(std::string({protocol_version, 20}) + length).has_value());
  }
}

TEST(WorkerLink, RefusesNestingWithoutEnd) {
  std::string value;
  for (int i = 0; i < 100'000; ++i) value += std::string("\x09\x01", 2);
  value += '\0';
  std::string record;
  base::Encoder encoder(record);
  encoder.varint(3 << 2 | 1);
  encoder.bytes(value);
  auto read = decode_frame(frame_of(FrameType::host_reply, record));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), bad_frame);
}

TEST(WorkerLink, RefusesFramesThatAreTooLong) {
  std::string bytes = encoded(HostReply{1, true, Value::string(std::string(max_frame - 32, 'x'))});
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
  EXPECT_EQ(link.send(HostReply{1, true, Value::string(std::string(max_frame - 32, 'x'))}), Sent::yes);
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
}  // namespace gyr::protocol
