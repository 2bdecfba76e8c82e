# A line that is no JSON (the reply to a command) gives nothing.
fromjson? | select(.type == "update") | .neighbor as $n | $n.message.update // {} |
(
  (.announce // {} | to_entries[] | .key as $family | .value | to_entries[] |
    .key as $hop | .value[] | ["announced", $n.address.peer, $family, .nlri, $hop]),
  (.withdraw // {} | to_entries[] | .key as $family | .value[] |
    ["withdrawn", $n.address.peer, $family, .nlri, "-"])
) | @tsv
