// What a page can do with the events of an embedded board: docs/embedding.md lists them.
const board = document.getElementById('whole');
const sync = document.getElementById('sync');
const heard = document.getElementById('heard');

function hear(text) {
  const line = document.createElement('li');
  line.textContent = text;
  heard.prepend(line);
  while (heard.children.length > 5) heard.lastChild.remove();
}

board.addEventListener('huskies-ready', ({ detail }) =>
  hear(`${detail.stories} stories are shown.`),
);
board.addEventListener('huskies-change', ({ detail }) =>
  hear(`Changed: ${detail.stories} stories.`),
);
board.addEventListener('huskies-story-open', ({ detail }) => hear(`“${detail.name}” is opened.`));
board.addEventListener('huskies-error', ({ detail }) => hear(detail.text));
board.addEventListener('huskies-status', ({ detail }) => {
  const own = detail.unacknowledged === 0 ? '' : `, ${detail.unacknowledged} own edits unshared`;
  sync.textContent = `${detail.pipeline}: socket ${detail.socket}, ${detail.sync}${own}.`;
});
