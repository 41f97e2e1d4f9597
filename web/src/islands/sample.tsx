// One sample: its picture on the stage, what is known of it beside that, and the keys for both.

import { mount, render } from "../kit";
import { App } from "../sample/app";
import { Head } from "../sample/head";
import { Model, type SampleProps } from "../sample/model";
import { Panel } from "../sample/panel";

mount<SampleProps>("sample", (props) => {
  const model = new Model(props);
  const [head, stage, panel] = ["#sample-head", ".stg", "#sample-panel"].map((name) => document.querySelector<HTMLElement>(name));
  if (!head || !stage || !panel) return;
  // What the server drew stands until the row is here.
  void model.show(props.row).then(() => {
    if (!model.page.peek()) return;
    if (props.isPicture) stage.replaceChildren();
    render(<App model={model} stage={stage} />, props.isPicture ? stage : document.createElement("div"));
    for (const part of [head, panel]) part.replaceChildren();
    render(<Panel model={model} />, panel);
    render(<Head model={model} />, head);
  });
});
