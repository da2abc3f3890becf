// The page begins here.
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { App } from './app.js';
import { followList } from './store/live.js';

followList();
render(<App />, document.getElementById('page') as HTMLElement);
